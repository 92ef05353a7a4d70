"""The whole benchmark, and how it is told."""

import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from carillon.bench.sign_ins import SignIns, hash_ceiling, measure_sign_ins
from carillon.bench.whole_path import Latency, Throughput, make_known, measure_latency, measure_throughput
from carillon.infrastructure import ApacheKafka
from carillon.rig import Rig
from shared.kit.broker import Producer

CEILING_MAILS = 20_000
CONNECTIONS = 16
NOTIFIERS = {"routing": "projections,router,sweeper", "sending": "codes,urgent,normal,bulk"}


async def run_benchmark(*, people: int, messages: int, console: Console) -> bool:
    """Measure on real parts and print; returns whether conservation held in every run."""
    missing = ApacheKafka.why_not()
    if missing:
        console.print(f"{missing}; measuring on the embedded broker instead.")
    with (
        tempfile.TemporaryDirectory(prefix="carillon-bench-") as directory,
        Rig(Path(directory), apache=missing is None) as rig,
    ):
        return await _measured(rig, people=people, messages=messages, console=console)


async def _measured(rig: Rig, *, people: int, messages: int, console: Console) -> bool:
    ceiling = sink_ceiling(rig.smtp_port)
    console.print(
        f"the sink's own ceiling: {ceiling:,.0f} mails/s, {CONNECTIONS} connections, nothing else running"
    )
    pids = {name: rig.notifier(name, roles=roles).pid for name, roles in NOTIFIERS.items()}
    pids |= {"postgres": rig.postgres.process.pid, "kafka": rig.kafka.process.pid, "sinks": rig.sinks.pid}
    producer = Producer(rig.connection, client="bench")
    await producer.start()
    try:
        await make_known(rig, producer, people)
        console.print(f"{people:,} people known to the notifier")
        latency = await measure_latency(rig, producer, messages=messages)
        tell_latency(latency, console)
        throughput = await measure_throughput(rig, producer, pids, people=people, urgent=False)
        tell_throughput(throughput, ceiling, console)
    finally:
        await producer.stop()
    rig.end_notifiers()
    sign_ins = await measure_sign_ins(rig)
    tell_sign_ins(sign_ins, hash_ceiling(), console)
    return latency.balance.holds and throughput.balance.holds and sign_ins.held


def sink_ceiling(port: int) -> float:
    """Mails a second into the sink from another process, with nothing of ours in between."""
    words = [str(word) for word in (port, CEILING_MAILS, CONNECTIONS)]
    done = subprocess.run(
        [sys.executable, "-m", "carillon.bench.flood", *words], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def tell_latency(latency: Latency, console: Console) -> None:
    console.print(
        f"idle latency, event appended → accepted by the sink, {latency.messages} messages: "
        f"p50 {latency.p50_ms:.0f} ms, p99 {latency.p99_ms:.0f} ms"
    )
    console.print(latency.balance.told())


def tell_throughput(throughput: Throughput, ceiling: float, console: Console) -> None:
    console.print(
        f"one alert to {throughput.mails:,} people: {throughput.mails_a_second:,.0f} mails/s "
        f"({throughput.seconds:.1f} s, first mail after {throughput.first_mail_s:.2f} s; "
        f"the sink's ceiling is {ceiling:,.0f} mails/s)"
    )
    console.print(throughput.balance.told())
    for name, cost in throughput.costs.items():
        each_us = cost.cpu_s / throughput.mails * 1e6
        console.print(
            f"  {name:<9} {cost.cpu_s:6.2f} CPU s ({each_us:5.0f} µs a mail)   peak {cost.rss_peak_mib:5.0f} MiB"
        )
    total_s = sum(cost.cpu_s for cost in throughput.costs.values())
    console.print(f"  {'all':<9} {total_s:6.2f} CPU s ({total_s / throughput.mails * 1e6:5.0f} µs a mail)")


def tell_sign_ins(sign_ins: SignIns, ceiling: float, console: Console) -> None:
    console.print(
        f"sign-ins at a steady rate: {sign_ins.a_second:,.1f} a second for {sign_ins.seconds:.0f} s, "
        f"p50 {sign_ins.sign_in_ms[0]:.0f} ms, p95 {sign_ins.sign_in_ms[1]:.0f} ms "
        f"(the machine's own ceiling: {ceiling:,.0f} password hashes/s on all cores)"
    )
    console.print(
        f"other pages meanwhile: p50 {sign_ins.page_ms[0]:.0f} ms, p95 {sign_ins.page_ms[1]:.0f} ms"
    )
    holds = "every session is kept, and no other" if sign_ins.held else "SESSIONS ARE MISSING OR TOO MANY"
    console.print(
        f"{sign_ins.asked} asked: {sign_ins.opened} opened, {sign_ins.put_off} told to come back; {holds}"
    )
    console.print(
        f"  auth      {sign_ins.cost.cpu_s:6.2f} CPU s ({sign_ins.cost.cpu_s / sign_ins.opened * 1e3:5.1f} ms each)"
        f"   peak {sign_ins.cost.rss_peak_mib:5.0f} MiB"
    )
