package dev.varve.core.packages.pacman;

import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.MalformedLineException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the directory with an image's installed packages. */
final class PacmanLocation {
  /** The longest {@code pacman.conf} that is read. */
  private static final int MAX_CONFIG = 1 << 20;

  /** pacman's configuration; the second is where OSTree keeps {@code /etc}. */
  private static final List<String> CONFIGS = List.of("etc/pacman.conf", "usr/etc/pacman.conf");

  /**
   * The directories that may hold the database if the configuration names none, preferred first. A
   * bootable image has it outside of {@code /var}, which the image's updates don't change.
   */
  private static final List<String> DIRECTORIES =
      List.of(
          "usr/lib/sysimage/lib/pacman",
          "usr/lib/sysimage/pacman",
          "usr/lib/pacman",
          "usr/lib/holo/pacmandb",
          "usr/share/factory/var/lib/pacman",
          "var/lib/pacman");

  private PacmanLocation() {}

  /**
   * Returns the path of the directory that has a directory for each package, with all symbolic
   * links resolved; empty if the image has none.
   *
   * @throws IOException if pacman's configuration can't be read
   */
  static Optional<String> find(FileTree tree) throws IOException {
    List<String> directories = new ArrayList<>();
    for (String config : CONFIGS) {
      Optional<Inode> file = tree.file(config);
      if (file.isPresent()) {
        configured(file.get(), config).ifPresent(directories::add);
      }
    }
    directories.addAll(DIRECTORIES);
    return directories.stream()
        .map(directory -> FileTree.parent(tree.resolveParents(directory + "/local/any")))
        .filter(local -> !packages(tree, local).isEmpty())
        .findFirst();
  }

  /** Returns the paths of the packages' directories, sorted. */
  static List<String> packages(FileTree tree, String local) {
    return tree.below(local).stream()
        .filter(entry -> entry.inode().isDirectory())
        .map(FileTree.Entry::path)
        .filter(path -> path.lastIndexOf('/') == local.length())
        .toList();
  }

  /** Returns the database's path in a configuration, without slashes around it. */
  private static Optional<String> configured(Inode config, String path) throws IOException {
    try (InputStream in = config.content().orElseThrow().open()) {
      DatabaseLines lines = new DatabaseLines(in, path, MAX_CONFIG);
      while (lines.next()) {
        String line = lines.text();
        int equals = line.indexOf('=');
        if (equals > 0 && line.substring(0, equals).strip().equals("DBPath")) {
          String directory = line.substring(equals + 1).strip().replaceAll("^/+|/+$", "");
          return Optional.of(directory).filter(text -> !text.isEmpty());
        }
      }
    } catch (MalformedLineException e) {
      return Optional.empty(); // the usual directories remain
    }
    return Optional.empty();
  }
}
