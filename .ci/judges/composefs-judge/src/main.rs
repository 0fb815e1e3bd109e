//! Pulls images into a composefs repository, with the crate composefs-oci, as bootc's composefs backend
//! does:
//!
//!     composefs-judge REPOSITORY IMAGE DUMP
//!
//! Makes REPOSITORY unless it exists. IMAGE is a reference such as oci:DIR:TAG or docker://HOST/NAME,
//! or an OCI delta for an image in REPOSITORY. Writes the files of the image to DUMP, as a composefs
//! dumpfile, and prints a line for each layer, in any order, and three lines about the image:
//!
//!     fetched DIFFID BYTES     the compressed bytes that were read
//!     present DIFFID           the repository has the layer already
//!     manifest DIGEST
//!     config DIGEST
//!     composefs DIGEST         the digest that a sealed image would carry, if the image has no kernel

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};
use composefs_oci::composefs::dumpfile::write_dumpfile;
use composefs_oci::composefs::fsverity::{Algorithm, FsVerityHashValue, Sha512HashValue};
use composefs_oci::composefs::repository::{Repository, RepositoryConfig};
use composefs_oci::image::create_filesystem;
use composefs_oci::oci_image::OciImage;
use composefs_oci::{
    OciTransformOptions, ProgressEvent, ProgressReporter, PullOptions, XattrFiltering, pull,
};
use containers_image_proxy::ImageProxyConfig;

/// The layers by diffID, each with the bytes that were read of it; none if it was there.
#[derive(Default)]
struct Layers(Mutex<BTreeMap<String, Option<u64>>>);

impl ProgressReporter for Layers {
    fn report(&self, event: ProgressEvent) {
        let (id, bytes) = match event {
            ProgressEvent::Progress { id, fetched, .. } => (id, Some(fetched)),
            ProgressEvent::Skipped { id } => (id, None),
            _ => return,
        };
        self.0.lock().unwrap().insert(id.into_inner(), bytes);
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [repository, image, dump] = &arguments[..] else {
        bail!("expected the arguments REPOSITORY IMAGE DUMP, got {arguments:?}");
    };
    let config = RepositoryConfig::new(Algorithm::for_hash::<Sha512HashValue>()).set_insecure();
    let (repository, _) =
        Repository::<Sha512HashValue>::init_path(rustix::fs::CWD, repository, config)?;
    let repository = Arc::new(repository);

    let layers = Arc::new(Layers::default());
    let mut proxy = ImageProxyConfig::default();
    proxy.insecure_skip_tls_verification = Some(true);
    proxy.insecure_policy = Some(true);
    let options = PullOptions {
        img_proxy_config: Some(proxy),
        progress: Some(layers.clone()),
        ..Default::default()
    };
    let pulled = tokio::runtime::Runtime::new()?.block_on(pull(
        &repository,
        image,
        Some("judged"),
        options,
    ))?;
    for (diff_id, bytes) in &*layers.0.lock().unwrap() {
        match bytes {
            Some(bytes) => println!("fetched {diff_id} {bytes}"),
            None => println!("present {diff_id}"),
        }
    }
    println!("manifest {}", pulled.manifest_digest);
    println!("config {}", pulled.config_digest);

    let opened = OciImage::open(&repository, &pulled.manifest_digest, None)?;
    println!(
        "composefs {}",
        opened.erofs_image_ref(&repository, false)?.to_hex()
    );

    // Without the config's digest by fs-verity, the crate also hashes each layer's tar.
    let transform = OciTransformOptions {
        xattrs: XattrFiltering::KeepUserXattrs,
    };
    let files = create_filesystem(&repository, &pulled.config_digest, None, &transform)?;
    let mut out = BufWriter::new(File::create(dump).with_context(|| format!("creating {dump}"))?);
    write_dumpfile(&mut out, &files)?;
    Ok(out.flush()?)
}
