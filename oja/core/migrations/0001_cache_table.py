from django.db import migrations


class Migration(migrations.Migration):
    """The table of the cache (rate limits); createcachetable would leave out the rights."""

    dependencies = []

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE oja_cache (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            -- Django throws out what has expired, and the oldest when there are too many.
            CREATE INDEX oja_cache_expires ON oja_cache (expires);
            GRANT SELECT, INSERT, UPDATE, DELETE ON oja_cache TO oja_app, oja_system;
            """,
            "DROP TABLE oja_cache;",
        ),
    ]
