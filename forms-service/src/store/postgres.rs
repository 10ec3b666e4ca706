//! `PostgreSQL`, when several instances share the work.

use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, ensure};
use sqlx::Row;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};

use super::database::Database;
use crate::secret::Secret;

/// How many connections one instance holds at most.
const CONNECTIONS: u32 = 8;

/// How long a request waits for a connection before it is told that the database is away.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The oldest server that was tried.
const FLOOR: i64 = 130_000;

/// Connects, and brings the tables up to date. Two instances that start together take turns.
pub(super) async fn open(url: &Secret) -> anyhow::Result<Database> {
    let pool = connect(url).await?;
    sqlx::migrate!("migrations/postgres").run(&pool).await.context("mise à jour des tables")?;
    Ok(Database::Postgres(pool))
}

/// Connects to a server that keeps its promises, and changes nothing.
pub(super) async fn connect(url: &Secret) -> anyhow::Result<PgPool> {
    let options = options(url)?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await
        .context("connexion à PostgreSQL")?;
    check(&pool).await?;
    Ok(pool)
}

/// Where to connect. Off this machine the line is encrypted and the server's name proved.
pub(super) fn options(url: &Secret) -> anyhow::Result<PgConnectOptions> {
    // The cause is left out: it may repeat the password.
    let options = PgConnectOptions::from_str(url.reveal())
        .map_err(|_| anyhow::anyhow!("l’adresse de PostgreSQL n’est pas de la forme postgres://compte@serveur/base"))?
        .application_name("forms-service")
        .options([("synchronous_commit", "on"), ("default_transaction_isolation", "read committed")]);
    let is_near = options.get_socket().is_some()
        || options.get_host().starts_with('/')
        || options.get_host() == "localhost"
        || options.get_host().parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    Ok(if is_near { options } else { options.ssl_mode(PgSslMode::VerifyFull) })
}

async fn check(pool: &PgPool) -> anyhow::Result<()> {
    let version: i64 =
        sqlx::query("SELECT current_setting('server_version_num')::BIGINT").fetch_one(pool).await?.get(0);
    ensure!(version >= FLOOR, "PostgreSQL est trop ancien ({version}) : il faut la version 13 ou une plus récente");
    for (setting, wanted) in [("synchronous_commit", "on"), ("fsync", "on"), ("server_encoding", "UTF8")] {
        let found: String = sqlx::query("SELECT current_setting($1)").bind(setting).fetch_one(pool).await?.get(0);
        ensure!(found == wanted, "PostgreSQL ne tient pas « {setting} = {wanted} » : {found}");
    }
    Ok(())
}
