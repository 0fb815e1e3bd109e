package dev.varve.core.packages.pacman;

import dev.varve.core.compress.Decompression;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.MalformedLineException;
import dev.varve.core.packages.PackageFile;
import dev.varve.core.packages.PackageFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a package from its directory in pacman's database. */
final class PacmanPackage {
  /** The longest description; it may list thousands of dependencies. */
  private static final int MAX_DESCRIPTION = 1 << 20;

  /** The longest list of files. */
  private static final int MAX_LIST = 64 << 20;

  /** The most files of a package. */
  private static final int MAX_FILES = 1_000_000;

  /** The longest mtree, compressed. */
  private static final int MAX_COMPRESSED_MTREE = 64 << 20;

  /** The longest mtree. */
  private static final int MAX_MTREE = 256 << 20;

  /** The longest path of a file in characters; an image has no longer ones. */
  private static final int MAX_PATH = 4096;

  /**
   * The files in the directory that change when the package does. Its description is none: it has
   * the time of the installation, which is new in every build.
   */
  private static final List<String> OWN = List.of("changelog", "files", "install", "mtree");

  private final FileTree tree;
  private final String directory;
  private long bytes;

  PacmanPackage(FileTree tree, String directory) {
    this.tree = tree;
    this.directory = directory;
  }

  /** Returns the number of bytes read, after decompression. */
  long bytes() {
    return bytes;
  }

  /**
   * Reads the package. Files have attributes if the package's mtree can be read to its end.
   *
   * @throws MalformedLineException if the description or the list of files is missing or malformed
   * @throws IOException if the image's files can't be read
   */
  InstalledPackage read() throws IOException {
    Map<String, String> description = new HashMap<>();
    List<String> licenses = new ArrayList<>();
    String path = directory + "/desc";
    sections(
        path,
        MAX_DESCRIPTION,
        (section, value) -> {
          switch (section) {
            case "NAME", "VERSION", "BASE", "ARCH", "BUILDDATE", "PACKAGER" ->
                description.putIfAbsent(section, value);
            case "LICENSE" -> licenses.add(value);
            default -> {}
          }
        });
    String version = required(description, "VERSION", path);
    long built = buildDate(description.getOrDefault("BUILDDATE", ""));
    return new InstalledPackage(
        PackageFormat.PACMAN,
        required(description, "NAME", path),
        version.startsWith("0:") && version.length() > 2 ? version.substring(2) : version,
        description.getOrDefault("ARCH", ""),
        description.getOrDefault("BASE", ""),
        built,
        built == 0 ? List.of() : List.of(built),
        files(),
        all(licenses),
        description.getOrDefault("PACKAGER", ""));
  }

  /** Returns an expression of licenses whose terms all apply. */
  private static String all(List<String> licenses) {
    return licenses.size() == 1
        ? licenses.get(0)
        : licenses.stream()
            .map(license -> license.contains(" OR ") ? "(" + license + ")" : license)
            .collect(Collectors.joining(" AND "));
  }

  private static String required(Map<String, String> description, String section, String path)
      throws MalformedLineException {
    String value = description.get(section);
    if (value == null) {
      throw new MalformedLineException(
          "/" + path + ": expected a section %" + section + "%, got none");
    }
    return value;
  }

  /** Returns the seconds since the epoch, or 0 for a text that is none. */
  private static long buildDate(String text) {
    try {
      return Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private List<PackageFile> files() throws IOException {
    Set<String> paths = new LinkedHashSet<>();
    sections(
        directory + "/files",
        MAX_LIST,
        (section, value) -> {
          if (section.equals("FILES")) {
            String file = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
            if (file.length() <= MAX_PATH && PackageFile.isPath(file)) {
              paths.add(file);
            }
            if (paths.size() > MAX_FILES) {
              throw new MalformedLineException(
                  String.format(
                      Locale.ROOT,
                      "/%s/files: expected at most %,d files, got more",
                      directory,
                      MAX_FILES));
            }
          }
        });
    Map<String, PackageFile> attributes = attributes(paths);
    List<PackageFile> files = new ArrayList<>(paths.size());
    for (String file : paths) {
      PackageFile known = attributes.get(file);
      files.add(known == null ? new PackageFile(file) : known);
    }
    for (String own : OWN) {
      String path = directory + "/" + own;
      if (tree.file(path).isPresent()) {
        files.add(new PackageFile(path));
      }
    }
    return files;
  }

  /** Returns what the mtree tells of files; empty if it is missing or damaged. */
  private Map<String, PackageFile> attributes(Set<String> paths) throws IOException {
    String path = directory + "/mtree";
    Optional<Content> content = tree.file(path).flatMap(inode -> inode.content());
    if (content.isEmpty() || content.get().size() > MAX_COMPRESSED_MTREE) {
      return Map.of();
    }
    byte[] compressed;
    try (InputStream in = content.get().open()) {
      compressed = in.readAllBytes();
    }
    Map<String, PackageFile> attributes = new HashMap<>();
    // In memory, so that a failure to read the image is not taken for a damaged mtree.
    try (InputStream in = Decompression.open(new ByteArrayInputStream(compressed), "/" + path)) {
      DatabaseLines lines = new DatabaseLines(in, path, MAX_MTREE);
      try {
        Mtree.read(
            lines,
            file -> {
              if (paths.contains(file.path())) {
                attributes.put(file.path(), file);
              }
            });
      } finally {
        bytes += lines.bytes();
      }
    } catch (IOException e) {
      return Map.of();
    }
    return attributes;
  }

  private void sections(String path, long maxBytes, Sections.Each each) throws IOException {
    Optional<Content> content = tree.file(path).flatMap(inode -> inode.content());
    if (content.isEmpty()) {
      throw new MalformedLineException("/" + path + ": expected a file, got none");
    }
    try (InputStream in = content.get().open()) {
      DatabaseLines lines = new DatabaseLines(in, path, maxBytes);
      try {
        Sections.read(lines, each);
      } finally {
        bytes += lines.bytes();
      }
    }
  }
}
