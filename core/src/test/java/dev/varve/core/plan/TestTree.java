package dev.varve.core.plan;

import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.image.Digest;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.packages.PackageIndex;
import dev.varve.core.tar.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Builds a tree and its packages path by path, and divides the tree into {@link Components}. */
final class TestTree {
  private final FileTree.Builder tree = new FileTree.Builder();
  private final List<InstalledPackage> packages = new ArrayList<>();
  private Groups groups = Groups.NONE;

  /** Content that is never read: tests use only its length and digest. */
  private record Unread(long size, Digest digest) implements Content {
    @Override
    public InputStream open() {
      return new ByteArrayInputStream(new byte[0]);
    }
  }

  TestTree put(String path, Inode inode) {
    tree.put(path, inode);
    return this;
  }

  TestTree file(String path) {
    return put(path, file(10));
  }

  TestTree dir(String path, String... xattrs) {
    return put(path, directory(xattrs));
  }

  TestTree installed(String name, List<Long> changelog, String... paths) {
    return installed(name, "1-1", "x86_64", changelog, paths);
  }

  TestTree installed(
      String name, String version, String arch, List<Long> changelog, String... paths) {
    return installed(PackageFormat.RPM, name, version, arch, name + ".src.rpm", changelog, paths);
  }

  /** Installs a package of another manager than RPM. */
  TestTree installed(PackageFormat format, String name, String source, String... paths) {
    return installed(format, name, "1-1", "amd64", source, List.of(), paths);
  }

  private TestTree installed(
      PackageFormat format,
      String name,
      String version,
      String arch,
      String source,
      List<Long> changelog,
      String... paths) {
    List<PackageFile> files = Arrays.stream(paths).map(PackageFile::new).toList();
    packages.add(new InstalledPackage(format, name, version, arch, source, 0, changelog, files));
    return this;
  }

  TestTree groups(Groups used) {
    groups = used;
    return this;
  }

  List<Component> components() {
    FileTree built = tree.build();
    PackageIndex.Builder index = new PackageIndex.Builder(built);
    try {
      for (InstalledPackage installed : packages) {
        index.add(installed);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Components.of(built, index.build(), groups, 0);
  }

  Component component(String name) {
    return components().stream()
        .filter(component -> component.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + name + " in " + owners()));
  }

  /** Returns the names of the components, each with its paths. */
  Map<String, List<String>> owners() {
    Map<String, List<String>> owners = new TreeMap<>();
    for (Component component : components()) {
      owners.put(component.name(), component.entries().stream().map(FileTree.Entry::path).toList());
    }
    return owners;
  }

  static Inode file(long size, String... xattrs) {
    return Inode.file(0644, 0, 0, 0, xattrs(xattrs), new Unread(size, digest(Long.toString(size))));
  }

  static Inode directory(String... xattrs) {
    return Inode.directory(0755, 0, 0, 0, xattrs(xattrs));
  }

  static Inode symlink(String target) {
    return Inode.symlink(0777, 0, 0, 0, Xattrs.EMPTY, target);
  }

  static Content content(String text) {
    return new Unread(text.length(), digest(text));
  }

  static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns extended attributes; names and values alternate. */
  static Xattrs xattrs(String... namesAndValues) {
    Xattrs xattrs = Xattrs.EMPTY;
    for (int i = 0; i < namesAndValues.length; i += 2) {
      xattrs =
          xattrs.with(namesAndValues[i], namesAndValues[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return xattrs;
  }
}
