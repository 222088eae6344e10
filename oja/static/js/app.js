/* Small helps. Every page works without this file. */
(function () {
  "use strict";

  const BUSY_AFTER = 300; // milliseconds
  const WARN_BEFORE = 120; // seconds

  const words = document.currentScript.dataset; // saving, ending, stay, count ("{length} … {maximum} …")

  /* a button that is used once, keeps its width and says that it is busy */
  document.addEventListener("submit", function (event) {
    const form = event.target;
    const button = event.submitter;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented || (form.method || "get").toLowerCase() !== "post") return;
    form.dataset.sent = "1";
    window.setTimeout(function () {
      if (!button || !button.classList.contains("utrecht-button")) return;
      button.style.minInlineSize = `${button.offsetWidth}px`;
      button.setAttribute("aria-disabled", "true");
      const spinner = document.createElement("span");
      spinner.className = "spinner";
      spinner.setAttribute("aria-hidden", "true");
      button.replaceChildren(spinner, button.dataset.busy || words.saving);
    }, BUSY_AFTER);
  });

  /* coming back with the browser's arrow: the form may be sent again */
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  document.addEventListener("click", function (event) {
    const close = event.target.closest("[data-close]");
    if (close) close.closest(".toast").remove();

    const guarded = event.target.closest("[data-guarded]");
    if (guarded) {
      const list = document.getElementById(guarded.hash.slice(1));
      if (list) {
        event.preventDefault();
        const fold = list.closest("details");
        if (fold) fold.open = true;
        list.tabIndex = -1;
        list.focus();
      }
    }

    document.querySelectorAll("details[data-popup][open]").forEach(function (popup) {
      if (!popup.contains(event.target)) popup.open = false;
    });

    const toggle = event.target.closest("[data-filters-toggle]");
    if (toggle) {
      const row = toggle.form.querySelector(".filters-row");
      row.hidden = !row.hidden;
      toggle.setAttribute("aria-expanded", String(!row.hidden));
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      const popup = event.target.closest("details[data-popup][open]") ||
        document.querySelector("details[data-popup][open]");
      if (popup) {
        popup.open = false;
        popup.querySelector("summary").focus();
      }
    }
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const typing = event.target.closest("input, textarea, select, [contenteditable]");
      const search = document.querySelector("[data-search]");
      if (search && !typing && !document.body.hasAttribute("data-no-keys")) {
        event.preventDefault();
        search.focus();
      }
    }
    if (event.key === "Enter" && event.ctrlKey && event.target.matches("textarea")) {
      event.target.form.requestSubmit();
    }
  });

  /* characters: shown from 80 % on, and always when the page came with it */
  function count(field) {
    const foot = document.querySelector(`[data-counter="${field.id}"]`);
    if (!foot) return;
    const maximum = Number(foot.dataset.maximum);
    foot.textContent = words.count
      .replace("{length}", field.value.length)
      .replace("{maximum}", maximum);
    foot.hidden = field.value.length < 0.8 * maximum;
    foot.classList.toggle("field-counter-over", field.value.length > maximum);
  }

  /* browsers without field-sizing: grow with the text */
  function grow(field) {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.blockSize = "auto";
    field.style.blockSize = `${field.scrollHeight + 2}px`;
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches("textarea")) {
      count(event.target);
      grow(event.target);
    }
  });

  /* text that was typed and not sent: the browser's own warning */
  let unsent = false;
  document.addEventListener("input", function (event) {
    const form = event.target.closest("form");
    if (form && (form.method || "").toLowerCase() === "post" && !form.matches("[role=search]")) {
      unsent = true;
    }
  });
  document.addEventListener("submit", () => (unsent = false));
  document.addEventListener("oja:draft-saved", () => (unsent = false));
  window.addEventListener("beforeunload", function (event) {
    if (unsent) event.preventDefault();
  });

  /* the session: a quiet bar two minutes before its end */
  const seconds = Number(document.body.dataset.session || 0);
  let timer = 0;
  function watch() {
    if (!seconds) return;
    window.clearTimeout(timer);
    const old = document.getElementById("session-strip");
    if (old) old.remove();
    timer = window.setTimeout(warn, Math.max(seconds - WARN_BEFORE, 1) * 1000);
  }
  function warn() {
    const strip = document.createElement("div");
    strip.id = "session-strip";
    strip.className = "strip strip-att";
    strip.setAttribute("role", "alert");
    const wrap = document.createElement("div");
    wrap.className = "wrap";
    const stay = document.createElement("button");
    stay.type = "button";
    stay.className = "link";
    stay.textContent = words.stay;
    stay.addEventListener("click", function () {
      fetch(document.body.dataset.stayUrl, { credentials: "same-origin" }).then(function (answer) {
        if (answer.ok && !answer.redirected) watch();
        else window.location.reload();
      });
    });
    wrap.append(words.ending, " ", stay);
    strip.append(wrap);
    document.querySelector(".topbar").before(strip);
  }
  document.addEventListener("oja:draft-saved", watch);
  document.addEventListener("htmx:afterRequest", watch);
  watch();

  /* the page arrives: errors first */
  const first = document.querySelector("[data-focus]");
  if (first) first.focus();
  document.querySelectorAll("textarea").forEach(function (field) {
    count(field);
    grow(field);
  });
  document.querySelectorAll("[data-filters-toggle]").forEach(function (toggle) {
    toggle.hidden = false;
    if (window.matchMedia("(max-width: 639px)").matches) {
      toggle.form.querySelector(".filters-row").hidden = true;
      toggle.setAttribute("aria-expanded", "false");
    }
  });

  /* after a swap: focus on the new heading when what had it is gone */
  document.addEventListener("htmx:afterSettle", function (event) {
    if (document.activeElement && document.activeElement !== document.body) return;
    const heading = event.target.querySelector("h1, h2, h3");
    if (heading) {
      heading.tabIndex = -1;
      heading.focus();
    }
  });
})();
