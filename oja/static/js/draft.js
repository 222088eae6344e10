/* Drafts: the fields of a form with data-draft-url are posted there at most 5 seconds after the
   last key, and when a field is left. Says when it was saved; keeps trying without network. */
(function () {
  "use strict";

  const AFTER = 4000; // milliseconds after the last key
  const AGAIN = 5000; // milliseconds until the next try
  const AT_MOST = 1500; // milliseconds that a submit waits for a save under way

  const SVG = "http://www.w3.org/2000/svg";
  const words = document.currentScript.dataset; // sprite, saved ("… {time} …"), lost, out

  function clock(date) {
    const parts = { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" };
    return new Intl.DateTimeFormat("nl-NL", parts).format(date).replace(":", ".");
  }

  function icon(name) {
    const drawing = document.createElementNS(SVG, "svg");
    const use = document.createElementNS(SVG, "use");
    drawing.setAttribute("class", "icon icon-small");
    drawing.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${words.sprite}#${name}`);
    drawing.append(use);
    return drawing;
  }

  function prepare(form) {
    let timer = 0;
    let last = serialise();
    let told = false;
    let sending = null; // the save under way
    let sent = false;
    const place = stateOf(form);

    function serialise() {
      const fields = new FormData(form);
      for (const [name, value] of [...fields]) {
        if (value instanceof File) fields.delete(name);
      }
      return new URLSearchParams(fields).toString();
    }

    function tell(text, failed, announce) {
      place.setAttribute("aria-live", announce ? "polite" : "off");
      place.classList.toggle("draft-state-failed", failed);
      place.replaceChildren(icon(failed ? "clock-alert" : "check"), text);
    }

    function save() {
      window.clearTimeout(timer);
      timer = 0;
      const now = serialise();
      if (sent || sending || now === last) return;
      sending = send(now).finally(function () {
        sending = null;
        if (serialise() !== last && !timer) timer = window.setTimeout(save, AFTER);
      });
    }

    async function send(now) {
      try {
        const answer = await fetch(form.dataset.draftUrl, {
          method: "POST",
          body: now,
          credentials: "same-origin",
          redirect: "manual",
          headers: {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Requested-With": "XMLHttpRequest",
          },
        });
        if (answer.type === "opaqueredirect" || answer.status === 403) {
          tell(words.out, true, true);
          return;
        }
        if (!answer.ok) throw new Error(String(answer.status));
        last = now;
        tell(words.saved.replace("{time}", clock(new Date())), false, !told);
        told = true;
        document.dispatchEvent(new CustomEvent("oja:draft-saved"));
      } catch {
        tell(words.lost, true, true);
        told = false;
        timer = window.setTimeout(save, AGAIN);
      }
    }

    form.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, AFTER);
    });
    form.addEventListener("change", save);
    form.addEventListener("submit", function (event) {
      sent = true;
      window.clearTimeout(timer);
      if (!sending) return;
      // A save that arrives after the form would put older words over newer ones.
      event.preventDefault();
      const button = event.submitter;
      const patience = new Promise((done) => window.setTimeout(done, AT_MOST));
      Promise.race([sending, patience]).then(function () {
        sending = null;
        form.requestSubmit(button);
      });
    });
    window.addEventListener("online", save);
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") save();
    });
  }

  function stateOf(form) {
    const named = document.querySelector(`[data-draft-state="${form.id}"]`) ||
      document.querySelector("[data-draft-state]");
    if (named) return named;
    const place = document.createElement("p");
    place.className = "draft-state";
    (document.querySelector(".page-head") || form).append(place);
    return place;
  }

  document.querySelectorAll("form[data-draft-url]").forEach(prepare);
})();
