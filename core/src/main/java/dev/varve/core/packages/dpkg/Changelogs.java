package dev.varve.core.packages.dpkg;

import dev.varve.core.compress.Decompression;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.Inode;
import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.UnreadablePackageDatabaseException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Finds the changelogs of packages in an image. They are documentation, which many images leave
 * out, and one that can't be read is as good as none.
 */
final class Changelogs {
  private static final String DOC = "usr/share/doc/";

  /** The changelog of the packaging; of a package whose upstream is Debian, its only one. */
  private static final List<String> NAMES = List.of("changelog.Debian", "changelog");

  private final ImageFiles files;
  private final IdentityHashMap<Inode, List<Long>> read = new IdentityHashMap<>();

  Changelogs(ImageFiles files) {
    this.files = files;
  }

  /**
   * Returns the dates of a package's entries, in seconds since the epoch, newest first; empty if
   * the image has no changelog of it. A rebuild for one architecture has its entry in a changelog
   * of its own.
   */
  List<Long> times(Stanza of) throws IOException {
    for (String name : NAMES) {
      List<Long> times = new ArrayList<>(times(DOC + of.name() + "/" + name + "." + of.arch()));
      times.addAll(times(DOC + of.name() + "/" + name));
      if (!times.isEmpty()) {
        return times;
      }
    }
    return List.of();
  }

  private List<Long> times(String path) throws IOException {
    Optional<Inode> file = files.find(path + ".gz").or(() -> files.find(path));
    if (file.isEmpty()) {
      return List.of();
    }
    List<Long> times = read.get(file.get()); // packages may share a changelog by links
    if (times == null) {
      times = read(path, file.get().content().orElseThrow());
      read.put(file.get(), times);
    }
    return times;
  }

  private List<Long> read(String path, Content content) throws IOException {
    if (content.size() > ImageFiles.MAX_FILE) {
      return List.of();
    }
    byte[] bytes;
    try (InputStream in = files.counted(content.open())) {
      bytes = in.readAllBytes();
    }
    // In memory, so that a failure from here on is the changelog's, not the disk's.
    try (InputStream in =
        files.counted(Decompression.open(new ByteArrayInputStream(bytes), "/" + path))) {
      return Changelog.times(new DatabaseLines(in, path, ImageFiles.MAX_FILE));
    } catch (UnreadablePackageDatabaseException e) {
      throw e;
    } catch (IOException e) {
      return List.of();
    }
  }
}
