"""`manage.py bench`: what the main pages cost, beside an empty page of the same application."""

import json
import os

from django.core.management.base import BaseCommand, CommandError

from oja.core.periods import today
from oja.demo import bench
from oja.demo.bench_world import World

HEAD = ("page", "queries", "median ms", "Python ms", "bytes", "gzip", "x empty")


class Command(BaseCommand):
    """Makes a database with its own world, measures, and drops it."""

    help = "Measures the main pages in a large world of their own."
    requires_system_checks = ()

    def add_arguments(self, parser):
        """--json, --requests, --rounds; --step is how the command calls itself."""
        parser.add_argument("--json", action="store_true", help="print the results for a program")
        parser.add_argument("--requests", type=int, default=10_000, help="requests in the world")
        parser.add_argument("--rounds", type=int, default=30, help="times that a page is asked")
        parser.add_argument("--step", choices=("load", "measure"), help="for bench itself")
        parser.add_argument("--trajectory", help="for bench itself")

    def handle(self, *args, requests, rounds, step, **options):
        """The whole, or the one step that another bench asked for."""
        if step == "load":
            world = World(requests, today())
            loaded = {"world": world.load(), "trajectory": str(world.trajectory.pk)}
            self.stdout.write(json.dumps(loaded))
            return
        try:
            if step == "measure":
                results = bench.measure(options["trajectory"], rounds)
                self.stdout.write(json.dumps(bench.as_rows(results)))
                return
            world, pages = self.whole(requests, rounds)
        except bench.BenchError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"world": world, "pages": pages}, indent=2))
        else:
            self.show(world, pages)

    def whole(self, requests, rounds):
        """World and results, from a database that is gone afterwards."""
        with bench.own_database() as environment:
            self.stderr.write(f"Loading {requests} requests ...")
            bench.run(environment, "command", "prepare")
            said = bench.run(environment, "test", "bench", "--step=load", f"--requests={requests}")
            loaded = json.loads(said)
            self.stderr.write(f"Asking every page {rounds} times ...")
            case = f"--trajectory={loaded['trajectory']}"
            asked = ("bench", "--step=measure", case, f"--rounds={rounds}")
            return loaded["world"], json.loads(bench.run(environment, "serve", *asked))

    def show(self, world, pages):
        """A table for people."""
        self.stdout.write(", ".join(f"{number} {what}" for what, number in world.items()))
        if hasattr(os, "getloadavg"):  # not on Windows
            load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
            self.stdout.write(f"load of the machine over 1, 5 and 15 minutes: {load}")
        line = "{:<20}{:>9}{:>11}{:>11}{:>10}{:>9}{:>9}"
        self.stdout.write(line.format(*HEAD))
        for page in pages:
            self.stdout.write(
                line.format(
                    page["page"],
                    page["queries"],
                    page["median_ms"],
                    page["python_ms"],
                    page["bytes"],
                    page["gzip_bytes"],
                    page["ratio"],
                )
            )
