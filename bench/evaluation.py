"""What evaluating takes: scores of a million answers, histograms, intervals, and asking at a latency of 500 ms.

Answers are half exact, four tenths sentences around the truth, one tenth cut. Each contender runs in a process of its
own, in turn; ratios are medians of the ratios within rounds. The official functions are a plain reimplementation of
SQuAD's script (`official_metrics.py`), timed on fewer pairs.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from official_metrics import f1_score

from core.aws.session import Endpoints, connect_rehearsal
from core.clock import SystemClock
from core.evaluation.columnar import article_columns, squad_columns
from core.evaluation.difference import difference
from core.evaluation.histogram import shared_bins
from core.evaluation.pairs import Prediction, read_pairs
from core.evaluation.score_file import score_file
from core.inference import Ask, AskSettings, converse
from core.records.record import Chat, Message
from core.store import Store
from tui.widgets import plot

OFFICIAL = "official squad"
CONTENDERS = (OFFICIAL, "article", "squad")
OFFICIAL_PAIRS = 50_000
BATCH = 20_000  # as `score_file` takes them
LATENCY, AT_ONCE = 0.5, 32
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
# fmt: off
_WORDS = (
    "net", "sales", "revenue", "fiscal", "total", "change", "in", "the", "of", "and", "for", "increase", "deferred",
    "tax", "assets", "cost", "lease", "income", "a", "from", "continuing", "operations", "adjusted", "segment",
    "interest", "expense", "method", "company's",
)
# fmt: on


def answer(rng: random.Random) -> str:
    """A truth: mostly a figure, sometimes a phrase."""
    if rng.random() < 0.6:
        return rng.choice(("{:,}", "${:,}", "({:,})", "{}%", "{} million")).format(rng.randrange(1, 10**6))
    words = rng.sample(_WORDS, k=rng.randrange(2, 16))
    if rng.random() < 0.2:  # as often as in TAT-QA's spans, a word comes again
        words.append(rng.choice(words))
    return " ".join(words)


def make(path: Path, count: int) -> None:
    """Writes pairs."""
    rng = random.Random(1)
    with path.open("w") as file:
        for number in range(count):
            truth, kind = answer(rng), rng.random()
            said = truth
            if kind > 0.9:
                said = " ".join(truth.split()[: max(1, len(truth.split()) // 2)])
            elif kind > 0.5:
                said = f"According to the table, the answer to this question is {truth} in fiscal 2019."
            file.write(json.dumps({"id": number, "prediction": said, "reference": truth}) + "\n")


def run(contender: str, path: Path) -> None:
    """Runs one in this process; prints pairs, seconds and MB."""
    if contender == "file":
        began = time.perf_counter()
        count = score_file(path).n
        print(count, time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    pairs: list[Prediction] = []
    for pair in read_pairs(path):
        pairs.append(pair)
        if contender == OFFICIAL and len(pairs) == OFFICIAL_PAIRS:
            break
    began = time.perf_counter()
    if contender == OFFICIAL:
        for pair in pairs:
            f1_score(pair.prediction, str(pair.reference))
    else:
        score = article_columns if contender == "article" else squad_columns
        for start in range(0, len(pairs), BATCH):
            score(pairs[start : start + BATCH])
    print(len(pairs), time.perf_counter() - began, 0)


def child(contender: str, path: Path) -> tuple[int, float, float]:
    command = [sys.executable, "-P", __file__, "--run", contender, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=_environment()).stdout.split()
    return int(said[0]), float(said[1]), float(said[2])


def _environment() -> dict[str, str]:
    here = Path(__file__).parent
    return dict(os.environ) | {"PYTHONPATH": f"{here}:{here.parent}"}


def scores(folder: Path, count: int, rounds: int) -> None:
    """T9: both metrics beside the official loop, and a whole file in flat memory."""
    path = folder / "pairs.jsonl"
    make(path, count)
    rates: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for _ in range(rounds):
        for name in CONTENDERS:
            done, took, _ = child(name, path)
            rates[name].append(done / took)
            seconds[name].append(took)
    for name in CONTENDERS:
        ratio = statistics.median(ours / theirs for ours, theirs in zip(rates[name], rates[OFFICIAL], strict=True))
        print(f"T9  {name:<15} {statistics.median(rates[name]):>9,.0f} pairs/s  {ratio:4.1f}x the official loop")
    both = sum(statistics.median(seconds[name]) for name in ("article", "squad"))
    print(f"T9  {count:,} pairs by both: {both:.1f} s  (at most 12 s; article at least 8x, squad at least 3x)")
    small = folder / "small.jsonl"
    make(small, count // 10)
    for file in (small, path):
        done, took, memory = child("file", file)
        print(f"    outcrop score, {done:>9,} pairs: {took:5.1f} s, {memory:.0f} MB")


def histograms(count: int, rounds: int) -> None:
    """T10: two histograms of token counts from raw values, and drawn again from their bins."""
    rng = np.random.default_rng(1)
    base, tuned = (rng.gamma(3, scale, count).astype(np.int64) for scale in (12, 7))
    binned, drawn = [], []
    for number in range(rounds + 1):
        began = time.perf_counter()
        bins = shared_bins(base, tuned, 20)
        middle = time.perf_counter()
        plot.histograms(
            [plot.Bars(name, each.edges, each.counts) for name, each in zip("ab", bins, strict=True)], 80, 12
        )
        if number:  # the first imports plotext
            binned.append(middle - began)
            drawn.append(time.perf_counter() - middle)
    bins_ms, draw_ms = (1000 * statistics.median(each) for each in (binned, drawn))
    print(
        f"T10 histogram pair of {count:,} values: {bins_ms + draw_ms:.1f} ms (at most 40), again {draw_ms:.1f} (20)"
    )


def intervals(rounds: int) -> None:
    """10,000 resamples of 3,572 pairs by group: four formats of 893 questions."""
    rng = random.Random(1)
    base = [100 * rng.random() for _ in range(3572)]
    tuned = [min(100, value + 20 * rng.random()) for value in base]
    tables = [str(number // 4 // 6) for number in range(3572)]
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        difference(base, tuned, tables, seed=len(took))  # draws are kept: each round makes its own
        took.append(time.perf_counter() - began)
    print(
        f"    10,000 resamples of 3,572 pairs, {len(set(tables))} tables: {statistics.median(took):.2f} s (at most 1)"
    )


def asking(folder: Path, count: int) -> None:
    """T15: asks at a latency of 500 ms, 32 at once, against the time that the latency alone takes."""
    command = [sys.executable, "-P", __file__, "--serve"]
    store = Store(folder / "outcrop.db")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment()) as server:
        assert server.stdout is not None
        address = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        connection = connect_rehearsal(Endpoints(address, address, "BENCH", "2025-06-01", "us-west-2"))
        took = {}
        for name, asks in (("warm", AT_ONCE), ("timed", count)):  # the first makes 32 connections
            began = time.perf_counter()
            converse.run(
                [Ask(f"{number}", Chat((Message("user", f"Which year, {number}?"),))) for number in range(asks)],
                name=name,
                settings=AskSettings(HAIKU, max_tokens=16, at_once=AT_ONCE),
                connection=connection,
                store=store,
                clock=SystemClock(),
            )
            took[name] = time.perf_counter() - began
        server.terminate()
    store.close()
    bound = count / AT_ONCE * LATENCY
    print(
        f"T15 {count} asks at {LATENCY * 1000:.0f} ms, {AT_ONCE} at once: {took['timed']:.2f} s,"
        f" {bound / took['timed']:.1%} of the bound (at least 95)"
    )


async def serve() -> None:
    """Answers whatever it is asked after the latency, on a port that it prints; in a process of its own."""
    said = {
        "output": {"message": {"role": "assistant", "content": [{"text": "2019"}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 9, "outputTokens": 1, "totalTokens": 10},
        "metrics": {"latencyMs": int(LATENCY * 1000)},
    }
    body = json.dumps(said).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := (await reader.readuntil(b"\r\n\r\n")).lower():
            length = request.partition(b"content-length:")[2].split()[0]
            await reader.readexactly(int(length))
            await asyncio.sleep(LATENCY)
            writer.write(head + body)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", nargs=2, metavar=("CONTENDER", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--asks", type=int, default=960)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve())
    elif options.run:
        run(options.run[0], Path(options.run[1]))
    else:
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Everything, in turn."""
    with tempfile.TemporaryDirectory() as scratch:
        scores(Path(scratch), options.pairs, options.rounds)
        histograms(options.pairs, options.rounds)
        intervals(options.rounds)
        asking(Path(scratch), options.asks)


if __name__ == "__main__":
    main()
