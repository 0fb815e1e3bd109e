package dev.varve.core.packages.dpkg;

import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.PackageFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Finds the files of packages. dpkg has a list of them in {@code info}, with directories and
 * configuration files, and beside it the digests that the package shipped. Without dpkg, the
 * digests are all there is.
 */
final class PackageFiles {
  /** What the name of a file with digests ends with. */
  static final String DIGESTS = ".md5sums";

  private static final String LIST = ".list";

  private final ImageFiles files;
  private final Changelogs changelogs;
  private final String directory;
  private final String status;
  private final Diversions diversions;

  /** The files in {@code info}, by their paths up to the last dot: those of one package. */
  private final Map<String, List<String>> info = new HashMap<>();

  /**
   * Reads the diversions, and finds the files in {@code info}.
   *
   * @throws MalformedPackageException if the diversions can't be read
   */
  PackageFiles(ImageFiles files, String directory) throws IOException {
    this.files = files;
    this.changelogs = new Changelogs(files);
    this.directory = directory;
    this.status = directory + "/status";
    this.diversions =
        files.read(directory + "/diversions", Diversions::read).orElse(Diversions.NONE);
    for (String path : files.children(directory + "/info")) {
      int dot = path.lastIndexOf('.');
      if (dot > path.lastIndexOf('/')) {
        info.computeIfAbsent(path.substring(0, dot), key -> new ArrayList<>()).add(path);
      }
    }
  }

  List<Long> changelogTimes(Stanza stanza) throws IOException {
    return changelogs.times(stanza);
  }

  /**
   * Returns the files of a package, with those that dpkg itself has of it, which change when the
   * package does.
   *
   * @param path the file with the package's stanza
   */
  List<PackageFile> of(Stanza stanza, String path) throws IOException {
    boolean ofDpkg = path.equals(status);
    String base = ofDpkg ? infoOf(stanza) : path;
    Map<String, FileDigest> digests =
        files.read(base + DIGESTS, FileList::readDigests).orElse(Map.of());
    Collection<String> shipped = digests.keySet();
    Optional<List<String>> list = files.read(base + LIST, FileList::read);
    if (list.isPresent()) {
      shipped = list.get();
    }
    List<PackageFile> all = new ArrayList<>();
    for (String each : shipped) {
      FileDigest conffile = stanza.conffiles().get(each);
      all.add(
          file(
              diversions.pathOf(each, stanza.name()),
              Optional.ofNullable(conffile == null ? digests.get(each) : conffile)));
    }
    List<String> own = ofDpkg ? info.remove(base) : List.of(path, path + DIGESTS);
    if (own != null) {
      own.forEach(each -> all.add(new PackageFile(each)));
    }
    return all;
  }

  /**
   * Returns the path of a package's files in {@code info}, up to the last dot. dpkg names the
   * architecture exactly where a package can be installed for several; it did not always.
   */
  private String infoOf(Stanza stanza) {
    String name = directory + "/info/" + stanza.name();
    String withArch = name + ":" + stanza.arch();
    String usual = stanza.coinstallable() ? withArch : name;
    return info.containsKey(usual) ? usual : stanza.coinstallable() ? name : withArch;
  }

  private static PackageFile file(String path, Optional<FileDigest> digest) {
    return new PackageFile(path, OptionalInt.empty(), "", "", OptionalLong.empty(), digest, "", "");
  }
}
