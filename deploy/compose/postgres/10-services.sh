#!/usr/bin/env bash
# One role and one database per service, each closed to the others. Runs once, on an empty volume.
set -euo pipefail

for service in auth preferences activation notifier; do
  variable="${service^^}_DATABASE_PASSWORD"
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set role="$service" --set password="${!variable:?$variable is missing}" <<'SQL'
create role :"role" login nosuperuser nocreatedb nocreaterole password :'password';
create database :"role" owner :"role";
revoke all on database :"role" from public;
SQL
done
