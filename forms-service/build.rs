//! Has the crate built again when a migration changes: `sqlx::migrate!` reads them at build time.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
