"""The bench of the provider: what it sends, what it counts and what it says (not how fast)."""

import os
import socket
import threading

import pytest
from bench.sso import load, processes, report
from bench.sso.__main__ import options
from bench.sso.measure import OPERATIONS, Figures, median

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def figures(cpu, *, p99=10.0, memory=100.0):
    return Figures(server=cpu / 2, database=cpu / 2, throughput=1e3, p99=p99, memory=memory)


@pytest.fixture
def echo():
    """A server that says 200 to each request, in two pieces."""

    def serve(line):
        with line:
            while request := line.recv(65536):
                for _ in range(request.count(b"GET ")):
                    line.sendall(ANSWER[:20])
                    line.sendall(ANSWER[20:])

    def accept():
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=[line], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_every_request_is_answered_once(echo):
    heard = load.drive(echo, [load.get("/")] * 100, connections=8)

    assert (len(heard.answers), len(heard.waits)) == (100, 100)
    assert {load.body_of(answer) for answer in heard.answers} == {b"{}"}
    assert heard.seconds >= max(heard.waits)


def test_an_answer_that_is_no_success_stops_the_bench():
    with pytest.raises(load.Failed, match="401"):
        load.body_of(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize("cut", [10, len(ANSWER) - 1])
def test_half_an_answer_is_not_complete(cut):
    assert not load.complete(ANSWER[:cut])
    assert load.complete(ANSWER)


def test_cpu_of_a_process_is_counted_with_its_children():
    before = processes.cost(os.getpid())
    while processes.cpu_seconds(os.getpid()) < before + 0.02:
        sum(range(1000))

    assert processes.cost(os.getpid()) >= before + 0.02
    assert processes.megabytes(os.getpid()) > 1


def test_a_missed_target_is_named():
    genkan = {"code exchange": figures(400), "userinfo": figures(100)}
    peer = {"code exchange": figures(1000), "userinfo": figures(1000)}

    lines = report.ratios(genkan, {"oidc-provider": peer}).splitlines()

    assert lines[2].split()[-5:] == ["0.40x", "<=", "0.35x", "MISSED", "1.00x"]
    assert lines[3].split()[-5:] == ["0.10x", "<=", "0.6x", "held", "1.00x"]
    assert "100 MB; <= 200 MB held" in lines[-1]


def test_growth_is_told_over_the_smallest_number():
    told = report.growth({10_000: {"refresh": figures(100)}, 1_000_000: {"refresh": figures(130)}})

    assert told.splitlines()[-1].split() == [
        "refresh",
        "100",
        "130",
        "1.30x",
        "<=",
        "1.2x",
        "MISSED",
    ]


def test_a_round_of_bad_luck_does_not_count():
    assert median([figures(100), figures(900), figures(110)]).cpu == 110


def test_options_name_what_is_known():
    asked = options(["--residents", "1000000,10000", "--peers", "none"])

    assert (asked.residents, asked.peers) == ([10_000, 1_000_000], [])
    assert asked.only == list(OPERATIONS)
    with pytest.raises(SystemExit):
        options(["--only", "telepathy"])
