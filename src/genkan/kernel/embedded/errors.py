"""What can go wrong with the embedded server, as codes and as sentences for people."""


class EmbeddedError(Exception):
    """The embedded server, or a program that comes with it, cannot do what was asked.

    `str(error)` says in one or two plain sentences what is wrong and what to do, and may end with
    the last lines of the server's log. It names paths of this machine; the server is set up so
    that its log holds no statement and no value (`launch.SETTINGS`).

    Attributes:
        code: stable name of the fault, for programs and tests: "busy", "damaged", "disk_full",
            "no_memory", "no_system_user", "not_a_database", "not_in_time", "not_started",
            "not_writable", "other_version", "owned_by_other", "parent_missing", "path_unusable",
            "programs_missing", "socket_dir_taken", "system_error"; of backups "backup_exists",
            "database_unreachable", "in_use", "not_a_backup", "not_permitted", "program_failed",
            "server_unsupported".
        sentence: the text without the log.
        log: the last lines of the log, or "".
    """

    def __init__(self, code: str, sentence: str, log: str = "") -> None:
        self.code = code
        self.sentence = sentence
        self.log = log.strip()
        super().__init__(f"{sentence}\n{self.log}" if self.log else sentence)
