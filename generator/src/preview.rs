//! stub
#![allow(missing_docs)]
pub fn serve(_o: &crate::build::BuildOptions, _l: std::net::SocketAddr) -> anyhow::Result<()> {
    Ok(())
}
