"""The schema. Times are microseconds since 1970 in UTC; JSON is text."""

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.Text, primary_key=True)


def _organisation() -> sa.Column[str]:
    return sa.Column(
        "organisation_id",
        sa.Text,
        sa.ForeignKey("organisations.id", ondelete="CASCADE"),
        nullable=False,
    )


def _parent(name: str, table: str, *, nullable: bool = False) -> sa.Column[str]:
    action = "SET NULL" if nullable else "CASCADE"
    key = sa.ForeignKey(f"{table}.id", ondelete=action)
    return sa.Column(name, sa.Text, key, nullable=nullable)


def _text(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, server_default=default)


def _time(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _count(name: str, *, nullable: bool = False, default: str | None = "0") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable, server_default=default)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


organisations = sa.Table(
    "organisations",
    metadata,
    _id(),
    _text("name"),
    _time("created"),
    # Rises with every change of the organisation's tasks; a task keeps what it rose to.
    _count("tasks_revision"),
    # The number and the hash of the last audit entry: what shows that the end of the log is there.
    _count("audit_number"),
    _text("audit_hash", default="0" * 64),
)

users = sa.Table(
    "users",
    metadata,
    _id(),
    _organisation(),
    _text("email"),
    _text("name"),
    _text("role"),
    _text("password_hash"),
    _flag("disabled"),
    _time("created"),
    # The second factor, and one that waits for its first code, sealed by a key outside of here.
    _text("totp_sealed", nullable=True),
    _text("totp_pending", nullable=True),
    _count("totp_used"),
    _text("recovery_hashes", default="[]"),
    sa.UniqueConstraint("email"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("secret_hash", sa.Text, primary_key=True),
    _organisation(),
    _parent("user_id", "users"),
    _time("created"),
    _time("used"),
    _time("expires"),
    # When the password was given last, and from where and by which program it was signed in.
    _count("proven"),
    _text("source", default=""),
    _text("program", default=""),
    sa.Index(None, "user_id"),
)

tokens = sa.Table(
    "tokens",
    metadata,
    _id(),
    _organisation(),
    _text("name"),
    _text("role"),
    _text("secret_hash"),
    _text("hint"),
    _time("created"),
    _time("expires", nullable=True),
    _time("used", nullable=True),
    # Of a person's token, whose role is that of the person; null for one of the organisation.
    sa.Column("user_id", sa.Text, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=True),
    _text("scope", default="admin"),
    # The ids of the projects that it is for, as JSON; null for all that its bearer sees.
    _text("project_ids", nullable=True),
    sa.UniqueConstraint("secret_hash"),
    sa.Index(None, "user_id"),
)

# What lets somebody choose a password once, by the hash of its secret.
one_time_secrets = sa.Table(
    "one_time_secrets",
    metadata,
    sa.Column("secret_hash", sa.Text, primary_key=True),
    _organisation(),
    _parent("user_id", "users"),
    _time("created"),
    _time("expires"),
    sa.Index(None, "user_id"),
)

# Triggers of the migration refuse to change a row, or to remove one before its organisation.
audit_entries = sa.Table(
    "audit_entries",
    metadata,
    _id(),
    _organisation(),
    _count("number", default=None),
    _time("created"),
    _text("actor_id", nullable=True),
    _text("actor"),
    _text("token_hint", nullable=True),
    _text("source"),
    _text("action"),
    _text("object_id", nullable=True),
    _text("result"),
    _text("request_id"),
    _text("details", default="{}"),
    _text("previous"),
    _text("hash"),
    sa.UniqueConstraint("organisation_id", "number"),
)

projects = sa.Table(
    "projects",
    metadata,
    _id(),
    _organisation(),
    _text("title"),
    _text("type"),
    _text("attributes", default="[]"),
    _text("workflow", default="[]"),
    _flag("reviewed"),
    _flag("one_label"),
    # "organisation", or "members" where only its members see it among those who see no others.
    _text("visibility", default="organisation"),
    _time("created"),
    sa.Index(None, "organisation_id", "created", "id"),
)

# Who sees a project that is for its members.
project_members = sa.Table(
    "project_members",
    metadata,
    *(
        sa.Column(
            name,
            sa.Text,
            sa.ForeignKey(f"{table}.id", ondelete="CASCADE"),
            primary_key=True,
        )
        for name, table in (("project_id", "projects"), ("user_id", "users"))
    ),
    _organisation(),
    _time("created"),
    sa.Index(None, "user_id"),
)

project_changes = sa.Table(
    "project_changes",
    metadata,
    sa.Column(
        "project_id",
        sa.Text,
        sa.ForeignKey("projects.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    _organisation(),
    _text("change"),
    _time("created"),
)

labels = sa.Table(
    "labels",
    metadata,
    _id(),
    _organisation(),
    _parent("project_id", "projects"),
    _text("name"),
    _text("display_name", nullable=True),
    _text("shape"),
    _text("colour"),
    _time("created"),
    sa.UniqueConstraint("project_id", "name", "shape"),
)

batches = sa.Table(
    "batches",
    metadata,
    _id(),
    _organisation(),
    _parent("project_id", "projects"),
    _text("name"),
    _time("created"),
    sa.UniqueConstraint("project_id", "name"),
)

files = sa.Table(
    "files",
    metadata,
    _id(),
    _organisation(),
    _text("sha256"),
    _count("size_bytes"),
    _text("media_type"),
    _text("filename", nullable=True),
    _count("width", nullable=True, default=None),
    _count("height", nullable=True, default=None),
    _time("created"),
)

tasks = sa.Table(
    "tasks",
    metadata,
    _id(),
    _organisation(),
    _parent("project_id", "projects"),
    _parent("batch_id", "batches"),
    _text("kind"),
    _time("created"),
    _text("status"),
    _flag("complete"),
    _flag("rejected"),
    _text("rejection_reason", nullable=True),
    _flag("work_started"),
    _flag("processing"),
    _text("errors", default="[]"),
    _text("unique_id", nullable=True),
    _count("version"),
    _count("annotation_count"),
    # Rises with every change of the item or the annotations; the hashes are of `hashed_revision`.
    _count("revision"),
    _count("hashed_revision", nullable=True, default=None),
    _text("item_hash", nullable=True),
    _text("truth_hash", nullable=True),
    _text("item_type"),
    _parent("file_id", "files", nullable=True),
    _text("filename", nullable=True),
    _text("url", nullable=True),
    _flag("external"),
    _text("tags", default="[]"),
    _text("metadata", default="{}"),
    _text("details", default="{}"),
    _text("text", nullable=True),
    # The organisation's `tasks_revision` when it last changed, be it in its annotations.
    _count("changed"),
    sa.UniqueConstraint("project_id", "unique_id"),
    sa.Index(None, "project_id", "created", "id"),
    sa.Index(None, "project_id", "complete", "created", "id"),
    sa.Index(None, "project_id", "rejected", "created", "id"),
    sa.Index(None, "project_id", "work_started", "created", "id"),
    sa.Index(None, "project_id", "status", "created", "id"),
    sa.Index(None, "batch_id", "created", "id"),
    sa.Index(None, "project_id", "changed"),
    sa.Index(None, "file_id"),
)

task_counts = sa.Table(
    "task_counts",
    metadata,
    sa.Column(
        "batch_id", sa.Text, sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("status", sa.Text, primary_key=True),
    sa.Column("complete", sa.Boolean, primary_key=True),
    sa.Column("rejected", sa.Boolean, primary_key=True),
    sa.Column("work_started", sa.Boolean, primary_key=True),
    # When the period begins that the tasks were made in; the next one of the project ends it.
    sa.Column("since", sa.BigInteger, primary_key=True, autoincrement=False),
    _organisation(),
    _parent("project_id", "projects"),
    _count("number"),
    sa.Index(None, "project_id", "since"),
)

annotations = sa.Table(
    "annotations",
    metadata,
    _id(),
    _organisation(),
    _parent("task_id", "tasks"),
    _count("position"),
    _text("label"),
    _text("shape_name"),
    _text("shape"),
    _text("attributes", default="{}"),
    _text("source", nullable=True),
    # Who made it and who changed it last: a person or a token, who may be gone by now.
    _text("annotator_id", nullable=True),
    _text("changed_by_id", nullable=True),
    _time("created"),
    sa.Index(None, "task_id", "position", "id"),
)

task_marks = sa.Table(
    # The labels and tags that tasks carry: see store/task_marks.py.
    "task_marks",
    metadata,
    sa.Column(
        "project_id", sa.Text, sa.ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("created", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("task_id", sa.Text, sa.ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    _organisation(),
    # Of the task, with which a mark goes: as a foreign key it would need an index, else each batch
    # that is deleted walks all marks.
    _text("batch_id"),
    # The task's state, so that tasks of a label and a state are found without a look at others.
    _text("status"),
    _flag("complete"),
    _flag("rejected"),
    _flag("work_started"),
    sa.Index(None, "task_id"),
    # Rows lie in the index itself, so that a walk reads nothing else.
    sqlite_with_rowid=False,
)

mark_counts = sa.Table(
    "mark_counts",
    metadata,
    sa.Column(
        "batch_id", sa.Text, sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, primary_key=True),
    sa.Column("complete", sa.Boolean, primary_key=True),
    sa.Column("rejected", sa.Boolean, primary_key=True),
    sa.Column("work_started", sa.Boolean, primary_key=True),
    # A period of `task_counts`.
    sa.Column("since", sa.BigInteger, primary_key=True, autoincrement=False),
    _organisation(),
    _parent("project_id", "projects"),
    _count("number"),
    sa.Index(None, "project_id", "kind", "name", "since"),
)

pair_counts = sa.Table(
    # How many tasks carry both a label and a tag.
    "pair_counts",
    metadata,
    sa.Column(
        "batch_id", sa.Text, sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("label", sa.Text, primary_key=True),
    sa.Column("tag", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, primary_key=True),
    sa.Column("complete", sa.Boolean, primary_key=True),
    sa.Column("rejected", sa.Boolean, primary_key=True),
    sa.Column("work_started", sa.Boolean, primary_key=True),
    # A period of `task_counts`.
    sa.Column("since", sa.BigInteger, primary_key=True, autoincrement=False),
    _organisation(),
    _parent("project_id", "projects"),
    _count("number"),
    sa.Index(None, "project_id", "label", "tag", "since"),
)

earlier_annotations = sa.Table(
    "earlier_annotations",
    metadata,
    sa.Column("task_id", sa.Text, sa.ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    _organisation(),
    _count("annotation_count"),
    _time("replaced"),
    sa.Column("annotations", sa.LargeBinary, nullable=False),
)

# What people say about a task. Annotations are stored anew when they are saved, so a comment knows
# its annotation by id alone; answers know what they answer in the same way.
comments = sa.Table(
    "comments",
    metadata,
    _id(),
    _organisation(),
    _parent("task_id", "tasks"),
    _text("annotation_id", nullable=True),
    _text("place", nullable=True),
    _text("reply_to", nullable=True),
    _text("text"),
    _text("author_id"),
    _text("author"),
    _time("created"),
    _text("resolved_by", nullable=True),
    _time("resolved", nullable=True),
    sa.Index(None, "task_id", "created", "id"),
)

# Rounds in which submitted work is judged, with what was submitted, deflated.
reviews = sa.Table(
    "reviews",
    metadata,
    _id(),
    _organisation(),
    _parent("task_id", "tasks"),
    _text("state"),
    _text("reason", nullable=True),
    _count("version"),
    _count("annotation_count"),
    _text("author_id"),
    _text("author"),
    _time("created"),
    _text("reviewer_id", nullable=True),
    _text("reviewer", nullable=True),
    _time("decided", nullable=True),
    _count("decided_version", nullable=True, default=None),
    _count("added"),
    _count("changed"),
    _count("removed"),
    sa.Column("annotations", sa.LargeBinary, nullable=False),
    sa.Index(None, "task_id", "created", "id"),
)

datasets = sa.Table(
    "datasets",
    metadata,
    _id(),
    _organisation(),
    _text("name"),
    _text("type"),
    _parent("project_id", "projects", nullable=True),
    _time("created"),
    # Rise with every task that comes or goes, and with every change of its tasks' annotations.
    _count("tasks_revision"),
    _count("truths_revision"),
    sa.Index(None, "organisation_id", "created", "id"),
)

dataset_tasks = sa.Table(
    "dataset_tasks",
    metadata,
    sa.Column(
        "dataset_id",
        sa.Text,
        sa.ForeignKey("datasets.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("task_id", sa.Text, sa.ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    _organisation(),
    _time("created"),
    _text("split", nullable=True),
    sa.Index(None, "task_id"),
    sa.Index(None, "dataset_id", "created", "task_id"),
)

# Frozen content by its hash: canonical JSON, deflated. Versions and evaluations share it.
contents = sa.Table(
    "contents",
    metadata,
    sa.Column(
        "organisation_id",
        sa.Text,
        sa.ForeignKey("organisations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

dataset_versions = sa.Table(
    "dataset_versions",
    metadata,
    _id(),
    _organisation(),
    _parent("dataset_id", "datasets"),
    _count("number", default=None),
    _text("name", nullable=True),
    _time("created"),
    _text("hash"),
    _text("tasks_hash"),
    _text("annotations_hash"),
    _text("taxonomy_hash"),
    _count("task_count"),
    _count("annotation_count"),
    sa.UniqueConstraint("dataset_id", "hash"),
    sa.UniqueConstraint("dataset_id", "number"),
)

slices = sa.Table(
    "slices",
    metadata,
    _id(),
    _organisation(),
    # Of one of the two.
    sa.Column("dataset_id", sa.Text, sa.ForeignKey("datasets.id", ondelete="CASCADE")),
    sa.Column("project_id", sa.Text, sa.ForeignKey("projects.id", ondelete="CASCADE")),
    _text("name"),
    _text("query"),
    _time("created"),
    sa.UniqueConstraint("dataset_id", "name"),
    sa.UniqueConstraint("project_id", "name"),
    sa.Index(None, "dataset_id", "created", "id"),
    sa.Index(None, "project_id", "created", "id"),
)

models = sa.Table(
    "models",
    metadata,
    _id(),
    _organisation(),
    _text("name"),
    _time("created"),
    sa.Index(None, "organisation_id", "created", "id"),
)

model_versions = sa.Table(
    "model_versions",
    metadata,
    _id(),
    _organisation(),
    _parent("model_id", "models"),
    _text("name"),
    _text("state"),
    _text("config", default="{}"),
    _text("labels", default="[]"),
    _time("created"),
    _time("finished", nullable=True),
    _count("segment"),
    sa.Index(None, "model_id", "created", "id"),
    sa.Index(None, "organisation_id", "created", "id"),
)

log_entries = sa.Table(
    "log_entries",
    metadata,
    sa.Column(
        "model_version_id",
        sa.Text,
        sa.ForeignKey("model_versions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    _organisation(),
    _text("client_id"),
    _count("number"),
    _count("step"),
    _time("logged"),
    _text("data"),
    _count("segment"),
    sa.UniqueConstraint("model_version_id", "client_id", "number"),
)

log_packs = sa.Table(
    "log_packs",
    metadata,
    sa.Column(
        "model_version_id",
        sa.Text,
        sa.ForeignKey("model_versions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    # A logged key as JSON, or a bare word for what every entry has.
    sa.Column("key", sa.Text, primary_key=True),
    # The sequence of the pack's first entry.
    sa.Column("first", sa.BigInteger, primary_key=True, autoincrement=False),
    _organisation(),
    sa.Column("places", sa.LargeBinary, nullable=False),
    sa.Column("numbers", sa.LargeBinary, nullable=False),
)

log_summaries = sa.Table(
    "log_summaries",
    metadata,
    sa.Column(
        "model_version_id",
        sa.Text,
        sa.ForeignKey("model_versions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    _organisation(),
    _count("entries"),
    sa.Column("last_step", sa.BigInteger),
    # The entries, from the first on, that are in packs.
    _count("packed"),
    # By key: how many numbers, the last, the lowest, the highest; empty where it is not known.
    _text("keys"),
)

model_runs = sa.Table(
    "model_runs",
    metadata,
    _id(),
    _organisation(),
    # One of the two: what a dataset's run says is judged, what a project's says is offered.
    sa.Column("dataset_id", sa.Text, sa.ForeignKey("datasets.id", ondelete="CASCADE")),
    sa.Column("project_id", sa.Text, sa.ForeignKey("projects.id", ondelete="CASCADE")),
    _parent("model_version_id", "model_versions"),
    _time("created"),
    # Rises with every delivery of predictions.
    _count("revision"),
    sa.UniqueConstraint("dataset_id", "model_version_id"),
    sa.Index(None, "project_id", "model_version_id", unique=True),
    sa.Index(None, "model_version_id"),
)

# The tasks that a model run covers. Predictions are only ever added, so their number says
# whether there are new ones.
predicted_tasks = sa.Table(
    "predicted_tasks",
    metadata,
    sa.Column(
        "model_run_id",
        sa.Text,
        sa.ForeignKey("model_runs.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("task_id", sa.Text, sa.ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    _organisation(),
    _count("prediction_count"),
    sa.Index(None, "task_id"),
)

predictions = sa.Table(
    # One row a task and request: see server/packs.py.
    "predictions",
    metadata,
    sa.Column(
        "model_run_id",
        sa.Text,
        sa.ForeignKey("model_runs.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    _organisation(),
    _parent("task_id", "tasks"),
    _text("maker"),
    _count("size"),
    _time("created"),
    _text("marks"),
    sa.Column("pack", sa.LargeBinary, nullable=False),
    sa.Index(None, "model_run_id", "task_id", "size"),
    sa.Index(None, "task_id"),
)

prediction_makers = sa.Table(
    # Which numbers of each maker of ids are stored, as ranges.
    "prediction_makers",
    metadata,
    sa.Column("maker", sa.Text, primary_key=True),
    sa.Column("first", sa.BigInteger, primary_key=True, autoincrement=False),
    _count("last"),
    _organisation(),
    _parent("model_run_id", "model_runs"),
    sa.Index(None, "model_run_id"),
)

jobs = sa.Table(
    "jobs",
    metadata,
    _id(),
    _organisation(),
    _text("name"),
    _text("subject_id", nullable=True),
    _text("payload", default="{}"),
    _text("state"),
    sa.Column("progress", sa.Double, nullable=False, server_default="0"),
    _text("failure", nullable=True),
    _text("result", nullable=True),
    _count("attempts"),
    _text("worker", nullable=True),
    _time("lease", nullable=True),
    _time("created"),
    _time("started", nullable=True),
    _time("finished", nullable=True),
    sa.Index(None, "state", "created"),
    sa.Index(None, "subject_id", "name"),
    sa.Index(None, "organisation_id", "created", "id"),
)

evaluations = sa.Table(
    "evaluations",
    metadata,
    _id(),
    _organisation(),
    _parent("model_run_id", "model_runs"),
    _parent("job_id", "jobs"),
    _text("kind"),
    _text("config", default="{}"),
    _text("headline", nullable=True),
    _text("scalars", default="{}"),
    _time("created"),
    _text("report", nullable=True),
    # What it was computed of, as far as it is finished.
    _parent("dataset_version_id", "dataset_versions", nullable=True),
    _text("matcher", nullable=True),
    _text("predictions_hash", nullable=True),
    _text("settings_hash", nullable=True),
    # Where dataset and model run stood then; what has moved on since makes it stale.
    _count("tasks_revision", nullable=True, default=None),
    _count("truths_revision", nullable=True, default=None),
    _count("predictions_revision", nullable=True, default=None),
    sa.Index(None, "model_run_id", "created", "id"),
    sa.Index(None, "organisation_id", "created", "id"),
)

# Tallies of some tasks of a model run, never changed. Those that are `current` are what the next
# evaluation builds on; the others belong to evaluations of an earlier day.
tally_parts = sa.Table(
    "tally_parts",
    metadata,
    _id(),
    _organisation(),
    _parent("model_run_id", "model_runs"),
    _text("matcher"),
    _flag("current"),
    _time("created"),
    sa.Column("tasks", sa.LargeBinary, nullable=False),
    sa.Column("tally", sa.LargeBinary, nullable=False),
    sa.Index(None, "model_run_id", "matcher", "current"),
)

evaluation_parts = sa.Table(
    "evaluation_parts",
    metadata,
    sa.Column(
        "evaluation_id",
        sa.Text,
        sa.ForeignKey("evaluations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    _organisation(),
    _parent("part_id", "tally_parts"),
    sa.Index(None, "part_id"),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column(
        "organisation_id",
        sa.Text,
        sa.ForeignKey("organisations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("key", sa.Text, primary_key=True),
    _text("fingerprint"),
    _count("status"),
    sa.Column("body", sa.LargeBinary, nullable=False),
    _time("created"),
    sa.Index(None, "created"),
)
