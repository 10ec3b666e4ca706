//! What the pages of decisions receive: values in French, and nothing that acts.

pub mod aside;
pub mod decision;
pub mod desk;
