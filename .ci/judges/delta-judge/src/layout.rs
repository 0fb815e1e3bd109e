//! The OCI layout that contains the delta, as a directory or in an uncompressed tar.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use oci_delta::{BlobStream, BlobStreamFuture, DeltaBlobReader};
use oci_spec::image::{Descriptor, ImageIndex, ImageManifest, MediaType};
use openssl::hash::{Hasher, MessageDigest};

/// Where the files of the layout are: below a directory, or at offsets of an archive.
pub enum Layout {
    Directory(PathBuf),
    Archive {
        path: PathBuf,
        members: HashMap<Vec<u8>, (u64, u64)>,
    },
}

impl Layout {
    pub fn open(path: &Path) -> Result<Self> {
        if path.is_dir() {
            return Ok(Self::Directory(path.to_owned()));
        }
        let mut members = HashMap::new();
        for entry in tar::Archive::new(File::open(path)?).entries_with_seek()? {
            let entry = entry?;
            members.insert(
                entry.path_bytes().into_owned(),
                (entry.raw_file_position(), entry.size()),
            );
        }
        Ok(Self::Archive {
            path: path.to_owned(),
            members,
        })
    }

    /// The only manifest of the layout.
    pub fn manifest(&self) -> Result<ImageManifest> {
        let index =
            ImageIndex::from_reader(self.file("index.json")?).context("parsing index.json")?;
        let manifests = index.manifests();
        ensure!(
            manifests.len() == 1,
            "index.json: expected 1 manifest, got {}",
            manifests.len()
        );
        ensure!(
            *manifests[0].media_type() == MediaType::ImageManifest,
            "got {}",
            manifests[0].media_type()
        );
        self.verify(&manifests[0])?;
        ImageManifest::from_reader(self.blob(&manifests[0])?)
            .context("parsing the delta's manifest")
    }

    /// The crate does not hash the blobs of layers, or compare sizes.
    pub fn verify_blobs(&self, manifest: &ImageManifest) -> Result<()> {
        manifest
            .layers()
            .iter()
            .chain([manifest.config()])
            .try_for_each(|blob| self.verify(blob))
    }

    fn verify(&self, blob: &Descriptor) -> Result<()> {
        let mut hasher = Hasher::new(MessageDigest::sha256())?;
        let size = io::copy(&mut self.blob(blob)?, &mut hasher)?;
        let digest = format!("sha256:{}", hex::encode(hasher.finish()?));
        ensure!(
            digest == blob.digest().to_string(),
            "blob {}: its content has {digest}",
            blob.digest()
        );
        ensure!(
            size == blob.size(),
            "blob {digest}: expected {} bytes, got {size}",
            blob.size()
        );
        Ok(())
    }

    pub fn blob(&self, blob: &Descriptor) -> Result<Box<dyn BlobStream>> {
        self.file(&format!("blobs/sha256/{}", blob.digest().digest()))
    }

    fn file(&self, name: &str) -> Result<Box<dyn BlobStream>> {
        match self {
            Self::Directory(root) => Ok(Box::new(
                File::open(root.join(name)).with_context(|| format!("opening {name}"))?,
            )),
            Self::Archive { path, members } => {
                let missing = || format!("looking for {name} in the archive");
                let (offset, size) = *members.get(name.as_bytes()).with_context(missing)?;
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(offset))?;
                Ok(Box::new(file.take(size)))
            }
        }
    }
}

impl DeltaBlobReader for Layout {
    fn open_blob(&self, blob: &Descriptor) -> BlobStreamFuture<'_> {
        Box::pin(std::future::ready(self.blob(blob)))
    }
}
