"""The two ways around "append only": what is too old, and what says who somebody was.

Both run as the owner of the tables, so that the role that serves the site needs no right to change what is kept. They
take only tables that are append-only, and can neither forget a fact nor remove anything that is not old.
"""

from django.db import migrations

# What runs as somebody else must not find other tables, operators or functions than those it means.
AS_OWNER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# Lifts the one trigger until the end of the transaction, or until `audit_close`.
OPEN = """
CREATE FUNCTION audit_open(events regclass) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE guard name;
BEGIN
    SELECT tgname INTO guard FROM pg_trigger
        WHERE tgrelid = events AND starts_with(tgname::text, 'pgtrigger_append_only_');
    IF guard IS NULL THEN
        RAISE EXCEPTION '% keeps no versions', events USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('pgtrigger.ignore', format('{%s}', guard), true);
END $$;
"""
CLOSE = """
CREATE FUNCTION audit_close() RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT set_config('pgtrigger.ignore', '{}', true);
$$;
"""
# The oldest rows are those with the lowest ids. 730 days is policy.AUDIT_DAYS: a shorter time is a new migration.
PRUNE = f"""
CREATE FUNCTION audit_prune(events regclass, before timestamptz, most integer) RETURNS bigint {AS_OWNER} AS $$
DECLARE gone bigint;
BEGIN
    PERFORM public.audit_open(events);
    EXECUTE format('DELETE FROM %1$s WHERE pgh_id IN (SELECT pgh_id FROM %1$s ORDER BY pgh_id LIMIT $1)'
        ' AND pgh_created_at < $2', events) USING most, least(before, now() - interval '730 days');
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM public.audit_close();
    RETURN gone;
END $$;
"""
# Columns whose comment begins with "Personal" are emptied where `whose` is the person; addresses where they acted.
FORGET = f"""
CREATE FUNCTION audit_forget(events regclass, whose name, person bigint) RETURNS void {AS_OWNER} AS $$
DECLARE emptied text;
BEGIN
    PERFORM public.audit_open(events);
    SELECT string_agg(format('%I = ''''', attname), ', ') INTO emptied FROM pg_attribute
        WHERE attrelid = events AND starts_with(col_description(attrelid, attnum), 'Personal');
    IF whose <> '' AND emptied IS NOT NULL THEN
        EXECUTE format('UPDATE %s SET %s WHERE %I = $1', events, emptied, whose) USING person;
    END IF;
    EXECUTE format('UPDATE %s SET pgh_context = pgh_context - ''address'' WHERE pgh_context ->> ''user'' = $1', events)
        USING person::text;
    PERFORM public.audit_close();
END $$;
"""
OURS = (
    "audit_open(regclass)",
    "audit_close()",
    "audit_prune(regclass, timestamptz, integer)",
    "audit_forget(regclass, name, bigint)",
)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_outbox_confidential"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.RunSQL(
            [OPEN, CLOSE, PRUNE, FORGET, *(f"REVOKE ALL ON FUNCTION {one} FROM PUBLIC" for one in OURS)],
            [f"DROP FUNCTION {one}" for one in reversed(OURS)],
        )
    ]
