"""The viewer: its JSON, its page, and what a hostile mail cannot do to them."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from carillon.sinks.letterbox import KeptMail
from carillon.sinks.process import Sinks, SinkSettings, running

HOSTILE = (
    b"From: <script>alert(1)</script>@example.org\r\n"
    b'To: "><img src=x onerror=alert(1)>\r\n'
    b"Subject: =?utf-8?q?=3Cscript=3Ealert=282=29=3C/script=3E?=\r\n"
    b'X-Evil"><b>: "><script>alert(3)</script>\r\n'
    b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    b"<script>alert(4)</script><form action=http://evil.example><base href=//evil.example>\r\n"
)
PLAIN = "Subject: Réunion jeudi\r\nMessage-ID: <7@example.org>\r\nTo: Hélène Lefèvre <helene@example.org>\r\n\r\nÀ 18 h\r\n"
PROBLEM = "application/problem+json"


@pytest.fixture
async def sinks() -> AsyncIterator[Sinks]:
    async with running(SinkSettings(smtp_port=0, sms_port=0, viewer_port=0)) as opened:
        yield opened


@pytest.fixture
async def viewer(sinks: Sinks) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{sinks.viewer_door.port}") as client:
        yield client


def keep_mail(sinks: Sinks, raw: bytes = PLAIN.encode(), to: str = "helene@example.org") -> KeptMail:
    return sinks.letterbox.keep_mail("ent@example.org", (to,), raw)


async def keep_sms(sinks: Sinks, to: str = "+33639981234", body: str = "Bus annulé") -> None:
    async with httpx.AsyncClient(auth=("AC1", "token")) as client:
        url = f"http://127.0.0.1:{sinks.sms_door.port}/2010-04-01/Accounts/AC1/Messages.json"
        assert (await client.post(url, data={"To": to, "From": "CARILLON", "Body": body})).status_code == 201


async def ids(viewer: httpx.AsyncClient, query: str = "") -> list[int]:
    answer = await viewer.get(f"/api/messages{query}")
    assert answer.status_code == 200, answer.text
    return [message["id"] for message in answer.json()["messages"]]


async def test_the_list_tells_mails_and_sms_oldest_first(sinks: Sinks, viewer: httpx.AsyncClient) -> None:
    keep_mail(sinks)
    await keep_sms(sinks)

    mail, sms = (await viewer.get("/api/messages")).json()["messages"]

    assert (mail["kind"], mail["to"], mail["from"]) == ("mail", ["helene@example.org"], "ent@example.org")
    assert (mail["subject"], mail["message_id"]) == ("Réunion jeudi", "<7@example.org>")
    assert (mail["size_bytes"], datetime.fromisoformat(mail["received_at"]).tzinfo) == (
        len(PLAIN.encode()),
        UTC,
    )
    assert (sms["kind"], sms["to"], sms["from"], sms["body"]) == (
        "sms",
        ["+33639981234"],
        "CARILLON",
        "Bus annulé",
    )


async def test_the_list_is_filtered_by_kind_address_and_start(
    sinks: Sinks, viewer: httpx.AsyncClient
) -> None:
    keep_mail(sinks)
    keep_mail(sinks, to="jean@example.org")
    await keep_sms(sinks)
    now = datetime.now(UTC).isoformat()

    assert await ids(viewer, "?kind=mail") == [1, 2]
    assert await ids(viewer, "?kind=sms") == [3]
    assert await ids(viewer, "?to=JEAN@example.org") == [2]
    assert await ids(viewer, "?to=%2B33639981234") == [3]
    assert await ids(viewer, "?to=+33639981234") == [3]
    assert await ids(viewer, "?since=1") == [2, 3]
    assert await ids(viewer, "?since=2020-01-01T00:00:00Z") == [1, 2, 3]
    assert await ids(viewer, f"?since={now}") == []


async def test_a_limit_cuts_and_says_so(sinks: Sinks, viewer: httpx.AsyncClient) -> None:
    for _ in range(5):
        keep_mail(sinks)

    cut = (await viewer.get("/api/messages?limit=2")).json()

    assert ([message["id"] for message in cut["messages"]], cut["total"], cut["more"]) == ([4, 5], 5, True)
    assert await ids(viewer, "?since=0&limit=2") == [1, 2]


@pytest.mark.parametrize(
    "query", ["?kind=fax", "?since=soon", "?limit=0", "?limit=x", "?limit=9999999", "?too=x"]
)
async def test_a_wrong_question_is_a_problem_document(viewer: httpx.AsyncClient, query: str) -> None:
    answer = await viewer.get(f"/api/messages{query}")

    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert answer.json()["type"].startswith("urn:carillon:problem:")


async def test_a_mail_opens_whole(sinks: Sinks, viewer: httpx.AsyncClient) -> None:
    keep_mail(sinks)

    mail = (await viewer.get("/api/messages/1")).json()

    assert mail["headers"][0] == {"name": "Subject", "value": "Réunion jeudi"}
    assert (mail["text"], mail["html"], mail["source"]) == ("À 18 h\n", None, PLAIN)


async def test_an_sms_opens_with_its_parts(sinks: Sinks, viewer: httpx.AsyncClient) -> None:
    await keep_sms(sinks, body="ê" * 71)

    sms = (await viewer.get("/api/messages/1")).json()

    assert sms["parts"] == {"count": 2, "alphabet": "UCS-2", "units": 71, "room": 134}


@pytest.mark.parametrize("path", ["/api/messages/1", "/api/messages/x", "/api/messages/²", "/nowhere"])
async def test_what_is_not_there_is_a_problem_document(viewer: httpx.AsyncClient, path: str) -> None:
    answer = await viewer.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


async def test_a_method_that_does_not_exist_is_a_problem_document(viewer: httpx.AsyncClient) -> None:
    answer = await viewer.put("/api/messages")

    assert (answer.status_code, answer.headers["content-type"]) == (405, PROBLEM)


async def test_emptying_forgets_and_counts_go_on(sinks: Sinks, viewer: httpx.AsyncClient) -> None:
    keep_mail(sinks)

    assert (await viewer.delete("/api/messages")).json() == {"deleted": 1}

    stats = (await viewer.get("/api/stats")).json()
    assert (stats["kept"], stats["received"], stats["last_id"]) == (0, {"mail": 1, "sms": 0}, 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[]", 422),
        ('{"kind":"smtp","mode":"500_after"}', 422),
        ("[" * 50_000, 400),
        ("x" * 70_000, 413),
    ],
)
async def test_a_wrong_fault_is_a_problem_document_and_changes_nothing(
    viewer: httpx.AsyncClient, body: str, status: int
) -> None:
    answer = await viewer.post("/api/faults", content=body)

    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert (await viewer.get("/api/faults")).json()["faults"] == []


async def test_faults_are_listed_and_taken_away(viewer: httpx.AsyncClient) -> None:
    fault = {"kind": "sms", "mode": "429", "share": 0.1, "for_address": "+33639981234", "seconds": 30}

    await viewer.post("/api/faults", json=fault)

    (listed,) = (await viewer.get("/api/faults")).json()["faults"]
    assert {name: listed[name] for name in fault} == fault
    assert (await viewer.delete("/api/faults")).json() == {"deleted": 1}


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/vider"), ("DELETE", "/api/messages"), ("POST", "/api/faults")]
)
async def test_another_site_s_page_changes_nothing(
    sinks: Sinks, viewer: httpx.AsyncClient, headers: dict[str, str], method: str, path: str
) -> None:
    keep_mail(sinks)

    answer = await viewer.request(method, path, headers=headers, json={"kind": "smtp", "mode": "refuse"})

    assert answer.status_code == 403
    assert (len(sinks.letterbox), sinks.faults.active()) == (1, [])


@pytest.mark.parametrize("view", ["", "?vue=html", "?vue=text", "?vue=headers", "?vue=source", "?vue=<b>"])
async def test_a_hostile_mail_stays_text_in_the_page(
    sinks: Sinks, viewer: httpx.AsyncClient, view: str
) -> None:
    keep_mail(sinks, HOSTILE, to='"><script>alert(0)</script>@example.org')

    page = await viewer.get(f"/messages/1{view}")

    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert re.findall(r"<script[^>]*>", page.text) == ['<script src="/static/viewer.js" defer>']
    assert "<img" not in page.text
    assert "onerror=alert(1)>" not in page.text


async def test_a_mail_s_html_is_shut_in_its_frame(sinks: Sinks, viewer: httpx.AsyncClient) -> None:
    keep_mail(sinks, HOSTILE)

    page, frame = await viewer.get("/messages/1"), await viewer.get("/messages/1/apercu")

    assert 'sandbox=""' in page.text
    policy = frame.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy.split("; ")
    assert "form-action 'none'" in policy
    assert frame.headers["x-content-type-options"] == "nosniff"


async def test_a_source_is_plain_text_to_the_byte(sinks: Sinks, viewer: httpx.AsyncClient) -> None:
    keep_mail(sinks, HOSTILE)

    source = await viewer.get("/messages/1/source")

    assert source.content == HOSTILE
    assert source.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("asked", "found"),
    [("helene lefevre", True), ("HELENE@", True), ("reunion", True), ("18 h", True), ("personne", False)],
)
async def test_a_person_an_address_or_a_word_is_found_without_accents(
    sinks: Sinks, viewer: httpx.AsyncClient, asked: str, found: bool
) -> None:
    keep_mail(sinks)

    page = (await viewer.get("/", params={"q": asked})).text

    assert ("Réunion jeudi" in page) is found
    assert ("Aucun message ne correspond" in page) is not found


@pytest.mark.parametrize("asked", ["06 39 98 12 34", "+33639981234", "8 12 34", "0033 639981234"])
async def test_a_number_is_found_however_it_is_written(
    sinks: Sinks, viewer: httpx.AsyncClient, asked: str
) -> None:
    await keep_sms(sinks)

    assert "Bus annulé" in (await viewer.get("/", params={"q": asked})).text


async def test_the_empty_page_says_what_will_come(viewer: httpx.AsyncClient) -> None:
    page = await viewer.get("/")

    assert '<html lang="fr">' in page.text
    assert "Aucun message pour l’instant" in page.text


async def test_a_message_that_left_is_said_gone(viewer: httpx.AsyncClient) -> None:
    page = await viewer.get("/messages/9")

    assert page.status_code == 404
    assert "Ce message n’est plus ici" in page.text


async def test_the_page_tells_which_faults_are_simulated(viewer: httpx.AsyncClient) -> None:
    await viewer.post("/api/faults", json={"kind": "smtp", "mode": "reject_4xx", "share": 0.1, "seconds": 90})

    page = (await viewer.get("/")).text

    assert "Les e-mails sont refusés pour un temps (451), 10 % des essais, encore 1" in page


async def test_emptying_from_the_page_comes_back_to_it(sinks: Sinks, viewer: httpx.AsyncClient) -> None:
    keep_mail(sinks)

    answer = await viewer.post("/vider", headers={"Sec-Fetch-Site": "same-origin"})

    assert (answer.status_code, answer.headers["location"], len(sinks.letterbox)) == (303, "/", 0)


@pytest.fixture
def command() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "carillon.sinks", *arguments],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "80"},
            )
        )  # fmt: skip
        return started[-1]

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def test_the_command_says_its_ports_in_one_line_and_ends_on_sigterm(
    command: Callable[..., subprocess.Popen[str]],
) -> None:
    process = command("--smtp-port", "0", "--sms-port", "0", "--viewer-port", "0")

    ready = json.loads(process.stdout.readline())
    assert httpx.get(f"http://127.0.0.1:{ready['viewer_port']}/api/stats").json()["kept"] == 0
    with socket.create_connection(("127.0.0.1", ready["smtp_port"])) as line:
        assert line.recv(100).startswith(b"220 ")
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=10)
        assert line.recv(100).startswith(b"421 ")

    assert (process.returncode, rest, errors) == (0, "", "")


def test_a_port_in_use_is_named(command: Callable[..., subprocess.Popen[str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = command("--smtp-port", str(port), "--sms-port", "0", "--viewer-port", "0")
        _, errors = process.communicate(timeout=20)

    assert process.returncode == 1
    assert f"port {port}" in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize(
    "wrong", [("--smtp-port", "x"), ("--sms-credentials", "x"), ("--bytes-max", "0"), ("--nope",)]
)
def test_wrong_usage_ends_with_two(
    command: Callable[..., subprocess.Popen[str]], wrong: tuple[str, ...]
) -> None:
    process = command(*wrong)
    process.communicate(timeout=20)

    assert process.returncode == 2
