"""Where the data directory may lie: long paths, odd letters, links, closed folders."""

import stat
import subprocess
from pathlib import Path

import pytest
from tests.kernel.embedded.world import QUICK, asked

from genkan.kernel.embedded import EmbeddedError, Server, sockets
from genkan.kernel.embedded.account import account_for


@pytest.fixture
def far(tmp_path):
    """A server whose path is too long for a Unix socket."""
    folder = tmp_path / ("a" * 60) / ("b" * 60)
    folder.mkdir(parents=True)
    server = Server(folder / "postgres", QUICK)
    yield server
    server.stop()


def test_a_long_path_gets_a_short_private_directory_for_its_socket(far):
    far.ensure_running()

    host = Path(far.conninfo()["host"])
    assert host != far.data_dir
    assert sockets.fits(host)
    assert stat.S_IMODE(host.stat().st_mode) == 0o700
    assert host.stat().st_uid == far.data_dir.stat().st_uid
    assert asked(far, "SELECT 1") == (1,)
    far.stop()
    assert not host.exists()


def test_two_long_paths_do_not_share_a_socket_directory(tmp_path):
    account = account_for(tmp_path)
    long = tmp_path / ("c" * 100)
    assert sockets.directory_for(long / "one", account) != sockets.directory_for(
        long / "two", account
    )


def test_a_squatter_on_the_short_directory_is_refused(far, tmp_path):
    (tmp_path / "elsewhere").mkdir(mode=0o777)
    taken = Path(far.conninfo()["host"])
    taken.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EmbeddedError) as refused:
        far.ensure_running()
    taken.unlink()

    assert refused.value.code == "socket_dir_taken"
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_path_of_exactly_the_longest_length_still_holds_its_socket(tmp_path):
    room = 107 - len("/.s.PGSQL.5432")
    base = str(tmp_path)
    longest = Path(base + "/" + "x" * (room - len(base) - 1))
    assert sockets.fits(longest)
    assert not sockets.fits(longest.with_name(longest.name + "x"))


@pytest.mark.parametrize("name", ["with space", "デー タ", "qu\"o'te", "$HOME `id` ;x", "%d,b"])
def test_odd_letters_in_a_path_are_only_letters(tmp_path, made, name):
    folder = tmp_path / name
    folder.mkdir()
    subprocess.run(["cp", "-a", made, folder / "postgres"], check=True)
    server = Server(folder / "postgres", QUICK)
    try:
        server.ensure_running()
        assert asked(server, "SHOW data_directory", user="postgres") == (str(folder / "postgres"),)
    finally:
        server.stop()


@pytest.mark.parametrize("path", ["/", "/tmp/two\nlines"])
def test_a_path_that_cannot_be_is_refused(path):
    with pytest.raises(EmbeddedError) as refused:
        Server(Path(path))
    assert refused.value.code == "path_unusable"


def test_a_link_and_a_relative_path_name_the_same_server(server, tmp_path, monkeypatch):
    pid = server.ensure_running()
    (tmp_path / "link").symlink_to(server.data_dir)
    monkeypatch.chdir(tmp_path)

    assert Server(tmp_path / "link").ensure_running() == pid
    assert Server(Path("postgres")).ensure_running() == pid


def test_an_empty_directory_that_exists_is_used(new):
    new.data_dir.mkdir()
    new.ensure_running()
    assert asked(new, "SELECT 1") == (1,)


def test_the_folder_around_it_is_made_but_not_the_one_above(tmp_path):
    near = Server(tmp_path / "folder" / "postgres", QUICK)
    try:
        near.ensure_running()
    finally:
        near.stop()
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) & 0o007 == 0

    with pytest.raises(EmbeddedError) as refused:
        Server(tmp_path / "no" / "folder" / "postgres").ensure_running()
    assert refused.value.code == "parent_missing"
    assert str(tmp_path / "no") in str(refused.value)


def test_a_file_where_the_directory_should_be_is_refused(tmp_path):
    (tmp_path / "postgres").write_text("a letter")
    with pytest.raises(EmbeddedError) as refused:
        Server(tmp_path / "postgres").ensure_running()
    assert refused.value.code == "path_unusable"
    assert (tmp_path / "postgres").read_text() == "a letter"
