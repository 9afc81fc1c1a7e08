"""Roles in the place of one flag, accounts that are disabled, and what tells sessions and passwords apart.

Columns are added and dropped where they stand: making the table anew would delete its rows, and each account's
sessions with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_USERS = sa.table("users", sa.column("is_admin", sa.Boolean()), sa.column("role", sa.String()))


def upgrade() -> None:
    op.add_column("users", sa.Column("role", sa.String(10), nullable=False, server_default="user"))
    op.execute(sa.update(_USERS).where(_USERS.c.is_admin).values(role="admin"))
    op.drop_column("users", "is_admin")
    op.add_column("users", sa.Column("disabled_at", sa.BigInteger(), nullable=True))
    op.add_column("users", sa.Column("password_version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sessions", sa.Column("device", sa.String(120), nullable=True))


def downgrade() -> None:
    op.drop_column("sessions", "device")
    op.drop_column("users", "password_version")
    op.drop_column("users", "disabled_at")
    op.add_column("users", sa.Column("is_admin", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.update(_USERS).where(_USERS.c.role == "admin").values(is_admin=True))
    op.drop_column("users", "role")
