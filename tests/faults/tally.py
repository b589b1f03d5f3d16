"""The table of a campaign."""
import statistics

COLUMNS = ("fault", "injected", "counted", "rows committed at the fault", "committed rows lost", "wrong rows", "hangs", "other breaches",
           "jobs started to go on (most)", "seconds to go on (median)")


def of_kind(name, events):
    seconds = [event.seconds for event in events if event.landed and event.seconds is not None]
    landed = [event for event in events if event.landed]
    return [name, len(events), len(landed), sum(event.committed for event in landed), *totals(events),
            max((event.jobs for event in landed), default="-"), f"{statistics.median(seconds):.1f}" if seconds else "-"]


def totals(events):
    return [sum(getattr(event, what) for event in events) for what in ("lost", "wrong", "hangs", "others")]


def table(kinds, events):
    """Markdown, one line a kind and a sum; kinds that did not occur are left out."""
    by_kind = [(kind.name, [event for event in events if event.kind == kind.name]) for kind in kinds]
    lines = [of_kind(name, those) for name, those in by_kind if those] + [of_kind("**all**", events)]
    rule = ["---"] + ["---:"] * (len(COLUMNS) - 1)
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in [COLUMNS, rule, *lines])
