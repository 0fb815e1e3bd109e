package dev.varve.core.packages;

import java.util.Arrays;
import java.util.Optional;

/** The format of packages, each with a package manager and a database of its own. */
public enum PackageFormat {
  /** Of RPM: Fedora, RHEL, openSUSE. */
  RPM("rpm"),
  /** Of dpkg: Debian, Ubuntu. */
  DEB("deb"),
  /** Of pacman: Arch Linux, CachyOS. */
  PACMAN("pacman"),
  /** Of apk: Alpine, Wolfi. */
  APK("apk");

  private final String prefix;

  PackageFormat(String prefix) {
    this.prefix = prefix;
  }

  /** Returns the name of the component of a package, such as {@code rpm:bash}. */
  public String component(String packageName) {
    return prefix + ":" + packageName;
  }

  /** Returns the package of a component; empty if the component is not a package's. */
  public static Optional<String> packageOf(String component) {
    return Arrays.stream(values())
        .map(format -> format.component(""))
        .filter(component::startsWith)
        .map(prefix -> component.substring(prefix.length()))
        .findFirst();
  }
}
