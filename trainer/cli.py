"""The command line: which command stands where, and the one place that prints an error."""

from __future__ import annotations

import codecs
import contextlib
import importlib
import os
import sys
import threading
from typing import Any

import click

COMMANDS = {  # name: (module, attribute, one line of help); a command's module is imported when it is used
    "practice": ("practice", "practice", "Play one call."),
    "today": ("today", "today", "What to practise, within a budget of minutes, and why each."),
    "plan": ("plan", "plan", "Spread practice over the days up to a call."),
    "history": ("history", "history", "Scored sessions: list, show, replay, compare."),
    "stats": ("stats", "stats", "Progress in the terminal."),
    "report": ("report", "report", "Progress as one self-contained HTML page."),
    "score": ("score", "score", "Judge text without a call."),
    "why": ("dispute", "why", "The evidence behind a session's verdicts."),
    "dispute": ("dispute", "dispute", "'This wording counts', or 'not meant so'."),
    "overrule": ("undo", "overrule", "Set the grade of a point yourself."),
    "undo": ("undo", "undo", "Take back the last whole action."),
    "exclude": ("undo", "exclude", "Set a bad take aside."),
    "suspend": ("cards", "suspend", "Leave a call type or a point out of practice."),
    "resume": ("cards", "resume", "Practise a suspended call type or point again."),
    "scenarios": ("scenarios", "scenarios", "The calls: list, show, validate, write new ones."),
    "drill": ("drill", "drill", "Spot the don't, swap roles, a surprise call."),
    "application": ("application", "application", "The real jobs: add, edit, list, remove, debrief."),
    "may-i-call": ("gate", "may_i_call", "May I call today? With the rule behind the answer."),
    "card": ("card", "card", "The cue card for the real call."),
    "call-day": ("callday", "call_day", "The day of the call: a breath, the checklist, a run-through, the card."),
    "log": ("log", "log", "What came of the real call."),
    "share": ("share", "share", "A take for a second opinion, names and numbers replaced."),
    "doctor": ("doctor", "doctor", "Microphone, speakers, voice, recogniser, files."),
    "export": ("inout", "export", "History as json, csv, apkg or ics."),
    "import": ("inout", "import_", "Read an exported history."),
    "backup": ("inout", "backup", "Keep a copy of the history."),
    "restore": ("inout", "restore", "Put a kept copy back."),
    "privacy": ("privacy", "privacy", "Every file that was written."),
    "forget": ("privacy", "forget", "Delete recordings, a session, or everything."),
    "completion": ("completion", "completion", "Shell completion: how to switch it on."),
}


class Commands(click.Group):
    """Loads a command's module when it is asked for, so that `--version` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"trainer.commands.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as fault:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else " See trainer --help."
            raise click.UsageError(f"{fault.message}{hint}", ctx) from None


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"trainer {version('followup-trainer')}")
        ctx.exit()


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: trainer practice voicemail-next-steps --typed",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
@click.option("--debug", is_flag=True, help="Write a log without transcripts to TRAINER_HOME/debug.log.")
@click.option("--json", "as_json", is_flag=True, help="With no command: what is due, as JSON.")
@click.pass_context
def root(ctx: click.Context, debug: bool, as_json: bool) -> None:
    """Rehearse the phone call after a job interview: spoken, judged, scheduled, offline."""
    from trainer.wiring import App

    ctx.obj = App(debug=debug)
    if debug:
        ctx.obj.start_log()
    if ctx.invoked_subcommand is None:
        from trainer.commands.home import show_home

        show_home(ctx, as_json=as_json)


def main() -> None:
    """Run a command and turn what went wrong into one sentence and an exit code."""
    code = run(sys.argv[1:])
    if any(thread.daemon for thread in threading.enumerate()):
        # A voice or a device that is still being loaded would crash if the interpreter were taken down around it.
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """The exit code: 0 done, 1 input or a file was wrong, 2 wrong usage, 3 no way left to do it, 130 Ctrl-C."""
    from trainer.errors import HungUp, TrainerError

    # Pydantic would look for plugins in every installed package, which takes as long as all else that it does.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _prepare_streams()
    try:
        code: Any = root.main(args=arguments, prog_name="trainer", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.UsageError as fault:
        fault.show()
        return 2
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except HungUp:
        return 0
    except TrainerError as fault:
        from trainer.commands.saying import say
        from trainer.core.plain_text import plain

        say(plain(str(fault), lines=True), err=True)
        return fault.exit_code
    except BrokenPipeError:  # the reader went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _prepare_streams() -> None:
    """What is printed and read is UTF-8, whatever the terminal's own encoding; a closed input is an empty one."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  # for as long as the program runs
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if hasattr(sys.stdin, "reconfigure"):
        codecs.register_error("refused", _refused)
        sys.stdin.reconfigure(encoding="utf-8", errors="refused")


def _refused(_: UnicodeError) -> tuple[str, int]:
    """Said here, for every command that reads a line."""
    from trainer.errors import TrainerError

    raise TrainerError("Standard input is not UTF-8 text; what is typed or piped in has to be UTF-8.")


if __name__ == "__main__":
    main()
