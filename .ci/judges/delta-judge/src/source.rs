//! The files of the source image, below a directory.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use oci_delta::DeltaDataSource;

pub struct SourceDirectory {
    root: PathBuf,
    current: Option<File>,
}

impl SourceDirectory {
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            current: None,
        }
    }

    fn current(&mut self) -> Result<&mut File> {
        self.current
            .as_mut()
            .context("an operation on a source before the first source")
    }
}

impl DeltaDataSource for SourceDirectory {
    fn set_current_file(&mut self, path: &str) -> Result<()> {
        let mut file = self.root.clone();
        let mut kind = fs::metadata(&file)?.file_type();
        for name in path.split('/') {
            ensure!(
                !matches!(name, "" | "." | ".."),
                "source {path:?}: expected a normalized relative path"
            );
            ensure!(
                kind.is_dir(),
                "source {path}: expected only directories above it"
            );
            file.push(name);
            kind = fs::symlink_metadata(&file)
                .with_context(|| format!("source {path}"))?
                .file_type();
        }
        ensure!(kind.is_file(), "source {path}: expected a regular file");
        self.current = Some(File::open(file)?);
        Ok(())
    }

    fn read_exact_current(&mut self, buffer: &mut [u8]) -> Result<()> {
        Ok(self.current()?.read_exact(buffer)?)
    }

    fn seek_current(&mut self, offset: u64) -> Result<u64> {
        Ok(self.current()?.seek(SeekFrom::Start(offset))?)
    }

    fn read_current_to_end(&mut self, limit: u64) -> Result<Vec<u8>> {
        let file = self.current()?;
        let size = file.metadata()?.len();
        ensure!(
            size <= limit,
            "a source as dictionary: expected at most {limit} bytes, got {size}"
        );
        file.rewind()?;
        let mut content = Vec::new();
        file.read_to_end(&mut content)?;
        Ok(content)
    }

    fn copy_to(&mut self, target: &mut dyn Write, size: u64) -> Result<()> {
        let copied = io::copy(&mut self.current()?.take(size), target)?;
        ensure!(
            copied == size,
            "copying from a source: expected {size} bytes, got {copied}"
        );
        Ok(())
    }
}
