//! Imports an image into an OSTree repository, with libostree and the crate ostree-ext, as bootc and
//! rpm-ostree do:
//!
//!     ostree-judge DIRECTORY LAYOUT TAG LIST
//!
//! Makes the bare-user repository DIRECTORY/repo unless it exists. Writes the files of the image to LIST,
//! as `ostree ls -RCX` prints them: modes, owners, sizes, checksums, extended attributes, names. Prints a
//! line for each layer of the image:
//!
//!     fetched DIGEST BYTES     the layer is imported
//!     present DIGEST           the repository has the layer already
//!
//! The last version of the crate on crates.io, 0.15.3, imports layers above an OSTree commit only; later
//! versions, in bootc's sources, import images without a commit with the same code. Therefore the program
//! imports an image of its own: a commit with one file below the unchanged layers of the image.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use ostree_ext::container::store::{ImageImporter, PrepareResult};
use ostree_ext::container::{
    Config, ImageReference, OstreeImageReference, SignatureSource, Transport, encapsulate,
};
use ostree_ext::gio::Cancellable;
use ostree_ext::glib::{ChecksumType, compute_checksum_for_data};
use ostree_ext::ostree::{Repo, RepoMode};
use serde_json::{Value, json};

/// Makes the importer keep the files outside of /usr, /etc and /var.
const TRANSIENT_ROOT: &str = "[root]\ntransient = true\n";

/// The label with the diffID of the last layer that belongs to the commit.
const LAST_LAYER: &str = "ostree.final-diffid";

/// An OCI layout.
struct Layout(PathBuf);

impl Layout {
    /// Reads the image with this tag; the only image, if the tag is empty.
    fn image(&self, tag: &str) -> Result<(Value, Value)> {
        let index: Value = serde_json::from_slice(&fs::read(self.0.join("index.json"))?)?;
        let descriptor = index["manifests"]
            .as_array()
            .context("index.json: no manifests")?
            .iter()
            .find(|one| {
                tag.is_empty() || one["annotations"]["org.opencontainers.image.ref.name"] == tag
            })
            .with_context(|| format!("index.json: no image {tag}"))?;
        let manifest = self.json(descriptor)?;
        let config = self.json(&manifest["config"])?;
        Ok((manifest, config))
    }

    fn reference(&self) -> ImageReference {
        ImageReference {
            transport: Transport::OciDir,
            name: self.0.display().to_string(),
        }
    }

    fn blob(&self, descriptor: &Value) -> Result<PathBuf> {
        let digest = descriptor["digest"].as_str().context("a digest")?;
        let hex = digest.strip_prefix("sha256:").context("a sha256")?;
        Ok(self.0.join("blobs/sha256").join(hex))
    }

    fn json(&self, descriptor: &Value) -> Result<Value> {
        Ok(serde_json::from_slice(&fs::read(self.blob(descriptor)?)?)?)
    }

    /// Writes a blob, and returns its descriptor.
    fn write(&self, value: &Value, media_type: &Value) -> Result<Value> {
        let bytes = serde_json::to_vec(value)?;
        let hex = compute_checksum_for_data(ChecksumType::Sha256, &bytes).context("sha256")?;
        let digest = format!("sha256:{hex}");
        let descriptor = json!({"mediaType": media_type, "digest": digest, "size": bytes.len()});
        fs::write(self.blob(&descriptor)?, bytes)?;
        Ok(descriptor)
    }
}

/// The repository of a run, and the images that the program makes for it.
struct Work {
    repository: PathBuf,
    base: Layout,
    wrapped: Layout,
    root: PathBuf,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, layout, tag, list] = &arguments[..] else {
        bail!("expected the arguments DIRECTORY LAYOUT TAG LIST, got {arguments:?}");
    };
    let directory = Path::new(directory);
    let work = Work {
        repository: directory.join("repo"),
        base: Layout(directory.join("base")),
        wrapped: Layout(directory.join("wrapped")),
        root: directory.join("root"),
    };
    let image = Layout(PathBuf::from(layout));
    let (manifest, config) = image.image(tag)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let repo = work.open().await?;
        work.wrap(&image, manifest, config)?;
        let commit = import(&repo, &work.wrapped).await?;
        fs::write(list, work.ostree(&["ls", "-RCX", &commit])?)?;
        Ok(())
    })
}

impl Work {
    /// Opens the repository. Makes it and the base image if they do not exist: the base is made once,
    /// because it must stay the same.
    async fn open(&self) -> Result<Repo> {
        let repo = Repo::new_for_path(&self.repository);
        if self.repository.exists() {
            repo.open(Cancellable::NONE)?;
            return Ok(repo);
        }
        let settings = self.root.join("usr/lib/ostree");
        fs::create_dir_all(&settings)?;
        fs::write(settings.join("prepare-root.conf"), TRANSIENT_ROOT)?;
        repo.create(RepoMode::BareUser, Cancellable::NONE)?;
        let tree = format!("--tree=dir={}", self.root.display());
        self.ostree(&[
            "commit",
            "--branch=base",
            "--owner-uid=0",
            "--owner-gid=0",
            &tree,
        ])?;
        encapsulate(
            &repo,
            "base",
            &Config::default(),
            None,
            &self.base.reference(),
        )
        .await?;
        Ok(repo)
    }

    fn ostree(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        let output = Command::new("ostree")
            .args(arguments)
            .arg("--repo")
            .arg(&self.repository)
            .output()
            .context("running ostree")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "ostree {arguments:?}: {errors}");
        Ok(output.stdout)
    }

    /// Writes the image with the base below it.
    fn wrap(&self, image: &Layout, mut manifest: Value, mut config: Value) -> Result<()> {
        let (base_manifest, base_config) = self.base.image("")?;
        let wrapped = &self.wrapped;
        if wrapped.0.exists() {
            fs::remove_dir_all(&wrapped.0)?;
        }
        fs::create_dir_all(wrapped.0.join("blobs/sha256"))?;
        fs::copy(self.base.0.join("oci-layout"), wrapped.0.join("oci-layout"))?;
        for (from, manifest) in [(&self.base, &base_manifest), (image, &manifest)] {
            for layer in manifest["layers"].as_array().context("layers")? {
                fs::copy(from.blob(layer)?, wrapped.blob(layer)?)?;
            }
        }
        prepend(
            &base_config["rootfs"]["diff_ids"],
            &mut config["rootfs"]["diff_ids"],
        )?;
        prepend(&base_config["history"], &mut config["history"])?;
        config["config"]["Labels"][LAST_LAYER] =
            base_config["config"]["Labels"][LAST_LAYER].clone();
        prepend(&base_manifest["layers"], &mut manifest["layers"])?;
        manifest["config"] = wrapped.write(&config, &manifest["config"]["mediaType"])?;
        let descriptor = wrapped.write(&manifest, &base_manifest["mediaType"])?;
        let index = json!({"schemaVersion": 2, "manifests": [descriptor]});
        fs::write(wrapped.0.join("index.json"), serde_json::to_vec(&index)?)?;
        Ok(())
    }
}

fn prepend(first: &Value, all: &mut Value) -> Result<()> {
    let mut joined = first.as_array().context("an array")?.clone();
    joined.extend(all.as_array().cloned().unwrap_or_default());
    *all = Value::Array(joined);
    Ok(())
}

/// Imports the wrapped image, and returns the commit.
async fn import(repo: &Repo, wrapped: &Layout) -> Result<String> {
    let reference = OstreeImageReference {
        sigverify: SignatureSource::ContainerPolicyAllowInsecure,
        imgref: wrapped.reference(),
    };
    let mut importer = ImageImporter::new(repo, &reference, Default::default()).await?;
    let prepared = match importer.prepare().await? {
        PrepareResult::Ready(prepared) => prepared,
        PrepareResult::AlreadyPresent(state) => return Ok(state.merge_commit),
    };
    for state in &prepared.layers {
        let layer = state.layer();
        match state.commit {
            Some(_) => println!("present {}", layer.digest()),
            None => println!("fetched {} {}", layer.digest(), layer.size()),
        }
    }
    Ok(importer.import(prepared).await?.merge_commit)
}
