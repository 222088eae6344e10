"""The server for developers starts as the role that serves."""

from django.core.management import get_commands, load_command_class


def test_it_does_not_ask_for_what_the_serving_role_may_not_read(django_assert_num_queries, db):
    assert get_commands()["runserver"] == "oja.core"
    with django_assert_num_queries(0):
        load_command_class("oja.core", "runserver").check_migrations()
