package dev.varve.core.packages.dpkg;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageDatabase;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** An image with a dpkg database, made for a test. */
final class DpkgImage {
  private final FileTree.Builder tree = new FileTree.Builder();

  /** The sentences about packages that were left out. */
  final List<String> leftOut = new ArrayList<>();

  DpkgImage file(String path, byte[] content) {
    tree.put(path, Inode.file(0644, 0, 0, 7, Xattrs.EMPTY, new BytesContent(content)));
    return this;
  }

  /** Puts a text with each of its characters as a byte. */
  DpkgImage bytes(String path, String content) {
    return file(path, content.getBytes(ISO_8859_1));
  }

  DpkgImage file(String path, String content) {
    return file(path, content.getBytes(UTF_8));
  }

  DpkgImage gzip(String path, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content.getBytes(UTF_8));
    }
    return file(path, bytes.toByteArray());
  }

  DpkgImage link(String path, String target) {
    tree.put(path, Inode.symlink(0777, 0, 0, 7, Xattrs.EMPTY, target));
    return this;
  }

  /** Puts {@code status}, with a stanza of these fields for each package. */
  DpkgImage status(String... stanzas) {
    return file("var/lib/dpkg/status", String.join("\n", stanzas));
  }

  /** Returns a stanza of an installed package, with further fields. */
  static String stanza(String name, String... fields) {
    return "Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n"
            .formatted(name)
        + (fields.length == 0 ? "" : String.join("\n", fields) + "\n");
  }

  PackageDatabase database() {
    return DpkgPackages.find(tree.build(), Path.of("unused")).orElseThrow();
  }

  boolean hasDatabase() {
    return DpkgPackages.find(tree.build(), Path.of("unused")).isPresent();
  }

  FileTree tree() {
    return tree.build();
  }

  List<InstalledPackage> packages() throws IOException {
    List<InstalledPackage> packages = new ArrayList<>();
    database().read(packages::add, leftOut::add);
    return packages;
  }

  /** Returns the only package. */
  InstalledPackage only() throws IOException {
    List<InstalledPackage> packages = packages();
    if (packages.size() != 1) {
      throw new AssertionError("expected one package, got " + packages + " without " + leftOut);
    }
    return packages.get(0);
  }

  List<String> names() throws IOException {
    return packages().stream().map(InstalledPackage::name).toList();
  }

  static List<String> paths(InstalledPackage of) {
    return of.files().stream().map(PackageFile::path).toList();
  }
}
