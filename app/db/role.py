"""The role as which the service reaches its database: one that row-level security binds, or it does not start."""

from sqlalchemy import text

from app.db.work import Database


class UnsafeRole(Exception):
    """The database role could see around row-level security."""


_ROLE = text(
    """
    SELECT r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
           EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v')
                      AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owns,
           EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'public' AND c.relname = 'cases') AS migrated
      FROM pg_roles r WHERE r.rolname = current_user
    """
)


async def refuse_unsafe_role(database: Database) -> None:
    """Raise `UnsafeRole` if the application's role is a superuser, owns a table, or bypasses row-level security.

    Row-level security does not bind such roles, so the service does not start as one.
    """
    async with database.engine.connect() as connection:
        role = (await connection.execute(_ROLE)).one()
    if role.superuser:
        raise UnsafeRole("The database role is a superuser; the service needs the application role.")
    if role.bypasses:
        raise UnsafeRole("The database role bypasses row-level security; the service needs the application role.")
    if role.owns:
        raise UnsafeRole("The database role owns tables; the service needs the application role, not the owner.")
    if not role.migrated:
        raise UnsafeRole("The database holds no tables of this service; run the migrations first.")
