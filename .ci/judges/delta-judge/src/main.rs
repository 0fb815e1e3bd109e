//! Rebuilds the layers of an OCI delta with the crate oci-delta:
//!
//!     delta-judge ARTIFACT SOURCE_DIR OUT_DIR
//!
//! ARTIFACT is an oci-archive or the directory of an OCI layout, SOURCE_DIR the flattened source image.
//! Writes the uncompressed tar of each layer to OUT_DIR, named by the hexadecimal part of its diffID, and
//! prints a line for each layer of the target image. Fails unless it rebuilt every layer in the delta to
//! its diffID, and the delta lists every other layer of the target as reused.
//!
//! The crate parses the manifest, rebuilds layers, and verifies diffIDs. This program does the rest as
//! strictly as the strictest of the known readers: exact names in the archive (the Go program oci-delta),
//! one manifest (composefs-rs), no source by a path through a symbolic link (OSTree, composefs-rs).

mod layout;
mod source;

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;
use std::pin::pin;
use std::task::{Poll, Waker};

use anyhow::{Context, Result, bail, ensure};
use layout::Layout;
use oci_delta::{ParsedDelta, is_delta_artifact, parse_delta_manifest, reconstruct_layer_to};
use oci_spec::image::{Digest, ImageManifest};
use source::SourceDirectory;

const REUSED: &str = "io.github.containers.delta.reused";
const REUSED_DIFF_ID: &str = "io.github.containers.delta.reused-diff-id";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [artifact, source, out] = &arguments[..] else {
        bail!("expected the arguments ARTIFACT SOURCE_DIR OUT_DIR, got {arguments:?}");
    };
    let layout = Layout::open(Path::new(artifact))?;
    let manifest = layout.manifest()?;
    ensure!(
        is_delta_artifact(&manifest),
        "not a delta: artifactType {:?}",
        manifest.artifact_type()
    );
    layout.verify_blobs(&manifest)?;
    let delta = parse(&manifest, &layout)?;
    fs::create_dir_all(out)?;
    rebuild(
        &manifest,
        &delta,
        &layout,
        Path::new(source),
        Path::new(out),
    )
}

/// Runs the crate's parser. The parser only waits for our blobs, which are there at once.
fn parse(manifest: &ImageManifest, layout: &Layout) -> Result<ParsedDelta> {
    let mut context = std::task::Context::from_waker(Waker::noop());
    match pin!(parse_delta_manifest(manifest, layout)).poll(&mut context) {
        Poll::Ready(parsed) => parsed,
        Poll::Pending => bail!("parsing the delta: expected a result at once"),
    }
}

fn rebuild(
    manifest: &ImageManifest,
    delta: &ParsedDelta,
    layout: &Layout,
    source: &Path,
    out: &Path,
) -> Result<()> {
    let mut reused = Vec::new();
    let mut reused_diff_ids = Vec::new();
    let diff_ids = delta.target_config.rootfs().diff_ids();
    for (layer, diff_id) in delta.target_manifest.layers().iter().zip(diff_ids) {
        let Some(blob) = delta.delta_layer_by_to.get(layer.digest()) else {
            println!("{diff_id} reused");
            reused.push(layer.digest().to_string());
            reused_diff_ids.push(diff_id.clone());
            continue;
        };
        let expected: Digest = diff_id.parse()?;
        let partial = out.join("partial");
        let mut tar = BufWriter::new(File::create(&partial)?);
        let mut files = SourceDirectory::new(source);
        reconstruct_layer_to(
            layout.blob(blob)?,
            blob.media_type(),
            &mut files,
            &expected,
            &mut tar,
        )
        .with_context(|| format!("rebuilding the layer {diff_id}"))?;
        let size = tar.into_inner()?.metadata()?.len();
        fs::rename(&partial, out.join(expected.digest()))?;
        println!(
            "{diff_id} rebuilt {size} bytes from {} of {}",
            blob.size(),
            blob.media_type()
        );
    }
    ensure_annotation(manifest, REUSED, &reused)?;
    ensure_annotation(manifest, REUSED_DIFF_ID, &reused_diff_ids)
}

/// The readers ignore these annotations, which only say what is missing from the delta.
fn ensure_annotation(manifest: &ImageManifest, key: &str, expected: &[String]) -> Result<()> {
    let value = manifest.annotations().as_ref().and_then(|all| all.get(key));
    let listed: Vec<String> = value
        .map(|text| serde_json::from_str(text))
        .transpose()?
        .unwrap_or_default();
    ensure!(
        listed == expected,
        "annotation {key}: expected {expected:?}, got {listed:?}"
    );
    Ok(())
}
