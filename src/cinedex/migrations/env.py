"""Alembic's environment: runs the migrations on the connection that the caller hands over."""

from alembic import context

from cinedex.foundation.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
