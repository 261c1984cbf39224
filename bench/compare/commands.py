"""What the commands of this directory share: arguments, the build, and how they end."""
import argparse
import os
import signal
import subprocess
import sys

from group import say
from servers import ROOT


def positive(kind):
    def parse(text):
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"'{text}' is not more than 0")
        return value
    return parse


def build():
    if os.environ.get("CATENA_NO_BUILD") != "1":
        say("building")
        subprocess.run(["dotnet", "build", os.path.join(ROOT, "bench", "Catena.Compare"), "-c", "Release", "-v", "q", "--nologo", "-nodeReuse:false"], check=True, stdout=sys.stderr)


def stop(number, _):
    # What was started is stopped on the way out; a second signal would come in between.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(128 + number)


def stop_in_order():
    """Has Ctrl-C and SIGTERM end the command with 130 and 143, once everything is stopped."""
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
