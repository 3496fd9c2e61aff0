"""Keep a log of what matters to security, chained by hashes, to which entries are only added."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_MESSAGE = "audit entries are only added"


def upgrade() -> None:
    """Bring the schema one version forward."""
    number = sa.Column("audit_number", sa.BigInteger(), server_default="0", nullable=False)
    last = sa.Column("audit_hash", sa.Text(), server_default="0" * 64, nullable=False)
    op.add_column("organisations", number)
    op.add_column("organisations", last)
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("token_hint", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), server_default="{}", nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_audit_entries_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_audit_entries_organisation_id_number")
        ),
    )
    there = "EXISTS (SELECT 1 FROM organisations WHERE id = OLD.organisation_id)"
    if op.get_bind().dialect.name == "sqlite":
        for event, when in (("UPDATE", ""), ("DELETE", f"WHEN {there} ")):
            op.execute(
                f"CREATE TRIGGER audit_entries_{event.lower()} BEFORE {event} ON audit_entries "
                f"{when}BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN IF NOT {there} THEN RETURN OLD; END IF; END IF; "
        f"RAISE EXCEPTION '{_MESSAGE}'; END $$"
    )
    for name, event, each in (
        ("stay", "UPDATE OR DELETE", "ROW"),
        ("are_kept", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER audit_entries_{name} BEFORE {event} ON audit_entries "
            f"FOR EACH {each} EXECUTE FUNCTION audit_entries_stay()"
        )
