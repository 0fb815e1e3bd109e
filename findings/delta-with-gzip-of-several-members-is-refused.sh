#!/usr/bin/env bash
# A gzip file may have several members, whose contents follow one another (RFC 1952, 2.2), and some layers
# have them: eStargz writes a member for each file. An OCI delta contains a layer as it was published where
# a difference would not be smaller. The crate oci-delta, with which composefs-rs reads deltas, decompresses
# the first member of such a layer alone, and then refuses the delta because the diffID differs. It reads a
# zstd layer of several frames as a whole.
#
# Needs cargo 1.88 or newer with its registry, a C compiler, pkg-config and libssl-dev. Ends with 1 if the
# behavior has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/src"
cat >"$work/Cargo.toml" <<'TOML'
[package]
name = "members"
edition = "2024"

[dependencies]
anyhow = "=1.0.105"
flate2 = "=1.1.11"
oci-delta = "=0.1.1"
oci-spec = { version = "=0.10.0", default-features = false, features = ["image"] }
openssl = { version = "=0.10.82", default-features = false }
zstd = "=0.13.3"
TOML
cat >"$work/src/main.rs" <<'RUST'
//! Prints how many bytes of a layer of two members or frames are rebuilt, and whether it is accepted.

use std::io::{Cursor, Read, Write};

use anyhow::{Result, bail};
use oci_delta::{DeltaDataSource, reconstruct_layer_to};
use oci_spec::image::{Digest, MediaType};

const HALVES: [&[u8]; 2] = [b"the first half, ", b"the second half"];

/// The files of an old image that has none: whole layers need no source.
struct NoFiles;

impl DeltaDataSource for NoFiles {
    fn set_current_file(&mut self, path: &str) -> Result<()> {
        bail!("{path} was opened")
    }
    fn read_exact_current(&mut self, _: &mut [u8]) -> Result<()> {
        bail!("no file is open")
    }
    fn seek_current(&mut self, _: u64) -> Result<u64> {
        bail!("no file is open")
    }
    fn read_current_to_end(&mut self, _: u64) -> Result<Vec<u8>> {
        bail!("no file is open")
    }
    fn copy_to(&mut self, _: &mut dyn Write, _: u64) -> Result<()> {
        bail!("no file is open")
    }
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn rebuild(name: &str, kind: MediaType, blob: Vec<u8>) -> Result<()> {
    let hash = openssl::hash::hash(openssl::hash::MessageDigest::sha256(), &HALVES.concat())?;
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let diff_id: Digest = format!("sha256:{hex}").parse()?;
    let mut tar = Vec::new();
    let result = reconstruct_layer_to(Cursor::new(blob), &kind, &mut NoFiles, &diff_id, &mut tar);
    let verdict = if result.is_ok() { "accepted" } else { "refused" };
    println!("{name}: {} bytes, {verdict}", tar.len());
    Ok(())
}

fn main() -> Result<()> {
    let [first, second] = HALVES;
    let members = [gzip(first)?, gzip(second)?].concat();
    let mut whole = String::new();
    flate2::read::MultiGzDecoder::new(&members[..]).read_to_string(&mut whole)?;
    println!("all members: {} bytes", whole.len());
    rebuild("gzip of one member", MediaType::ImageLayerGzip, gzip(&HALVES.concat())?)?;
    rebuild("gzip of two members", MediaType::ImageLayerGzip, members)?;
    let frames = [zstd::encode_all(first, 3)?, zstd::encode_all(second, 3)?].concat();
    rebuild("zstd of two frames", MediaType::ImageLayerZstd, frames)
}
RUST
cargo build --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target"

expected='all members: 31 bytes
gzip of one member: 31 bytes, accepted
gzip of two members: 16 bytes, refused
zstd of two frames: 31 bytes, accepted'
got=$("$work/target/debug/members")
echo "$got"
[[ $got == "$expected" ]] || { echo "  changed: expected"; echo "$expected"; exit 1; }
