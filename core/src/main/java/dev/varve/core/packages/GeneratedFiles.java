package dev.varve.core.packages;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The files that package managers and the scripts of packages generate in an image. No package owns
 * them, and each changes for its own reasons: the list of installed packages in every update, the
 * cache of an icon theme seldom. Without this table, all that is in one directory would change
 * together.
 *
 * <p>An image of RPM needs none: its packages name what they generate. Neither does an image
 * without packages, of which nothing is known.
 */
public final class GeneratedFiles {
  /**
   * A file a line, or a directory with a slash at the end, which stands for many small files of one
   * kind. A star is any part of a name.
   */
  private static final String TABLE =
      """
      boot/initramfs-*
      boot/initrd.img-*
      etc/ld.so.cache
      etc/ssl/certs/ca-certificates.crt
      etc/ssl/certs/java/cacerts
      etc/udev/hwdb.bin
      usr/lib/*/gdk-pixbuf-2.0/*/loaders.cache
      usr/lib/*/gio/modules/giomodule.cache
      usr/lib/*/gtk-*/*/immodules.cache
      usr/lib/gdk-pixbuf-2.0/*/loaders.cache
      usr/lib/gio/modules/giomodule.cache
      usr/lib/gtk-*/*/immodules.cache
      usr/lib/locale/locale-archive
      usr/lib/modules/*/initramfs.img
      usr/lib/modules/*/initrd.img
      usr/lib/modules/*/modules.*
      usr/lib/udev/hwdb.bin
      usr/share/applications/mimeinfo.cache
      usr/share/glib-2.0/schemas/gschemas.compiled
      usr/share/icons/*/icon-theme.cache
      usr/share/info/dir
      usr/share/mime/mime.cache
      var/cache/ldconfig/aux-cache
      var/lib/systemd/catalog/database
      var/log/*
      lib/apk/db/*
      usr/lib/apk/db/*
      usr/lib/pacman/local/
      usr/lib/sysimage/debconf/*
      usr/lib/sysimage/dpkg/*
      usr/lib/sysimage/dpkg/alternatives/
      usr/lib/sysimage/dpkg/info/format
      usr/lib/sysimage/dpkg/triggers/
      usr/lib/sysimage/lib/pacman/local/
      usr/lib/sysimage/lib/pacman/sync/*
      usr/lib/sysimage/pacman/local/
      var/cache/apt/*
      var/cache/debconf/*
      var/lib/apt/*
      var/lib/apt/lists/
      var/lib/dpkg/*
      var/lib/dpkg/alternatives/
      var/lib/dpkg/info/format
      var/lib/dpkg/triggers/
      var/lib/pacman/local/
      var/lib/pacman/sync/*
      var/lib/systemd/deb-systemd-helper-enabled/
      var/lib/systemd/deb-systemd-user-helper-enabled/
      """;

  private static final Pattern FILE = anyOf(line -> !line.endsWith("/"));
  private static final Pattern DIRECTORY = anyOf(line -> line.endsWith("/"));

  private final boolean known;

  private GeneratedFiles(boolean known) {
    this.known = known;
  }

  /** Returns the files that are generated in an image with these packages. */
  public static GeneratedFiles of(PackageIndex packages) {
    return new GeneratedFiles(
        !packages.packages().isEmpty()
            && packages.packages().stream().noneMatch(each -> each.format() == PackageFormat.RPM));
  }

  private static Pattern anyOf(Predicate<String> lines) {
    return Pattern.compile(
        TABLE
            .lines()
            .filter(lines)
            .map(line -> line.replace(".", "\\.").replace("*", "[^/]*+"))
            .collect(Collectors.joining("|")));
  }

  /** Returns whether a path is that of a file that changes for its own reasons. */
  public boolean isGenerated(String path) {
    return known && FILE.matcher(path).matches();
  }

  /**
   * Returns the directory, without a slash at its end, with which a small file changes; empty if it
   * is in none of those that are known.
   */
  public Optional<String> directory(String path) {
    Matcher directory = DIRECTORY.matcher(path);
    return known && directory.lookingAt()
        ? Optional.of(path.substring(0, directory.end() - 1))
        : Optional.empty();
  }
}
