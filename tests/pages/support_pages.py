"""What the tests of the support pages share: signing in, and posting a form as a browser does."""

import re

from django.contrib.messages import get_messages

HIDDEN = re.compile(r'<input type="hidden" name="(_\w+)" value="([^"]*)"')


def sign_in(client, user):
    """The client of somebody who is signed in."""
    client.force_login(user)
    return client


def hidden(response):
    """The hidden fields of form_page that this page carries."""
    text = response.content.decode()
    return {name: value.replace("&quot;", '"') for name, value in HIDDEN.findall(text)}


def send(client, url, data, status=302):
    """Open a form, fill it in and post it; the answer has this status."""
    page = client.get(url)
    assert page.status_code == 200, (page.status_code, url)
    answer = client.post(url, hidden(page) | data)
    assert answer.status_code == status, (answer.status_code, errors_of(answer))
    return answer


def errors_of(answer):
    """The errors of the form on a page, for a message that helps."""
    form = answer.context.get("form") if answer.context else None
    return form.errors if form is not None else answer.content.decode()[:500]


def said(answer):
    """What was said after the post."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def text_of(response):
    """The page as text."""
    return response.content.decode()
