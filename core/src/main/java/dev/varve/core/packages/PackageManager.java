package dev.varve.core.packages;

/** A program that installs packages, and keeps a database of them in the image. */
public enum PackageManager {
  /** RPM: Fedora, RHEL, openSUSE. */
  RPM("rpm"),
  /** dpkg: Debian, Ubuntu. */
  DPKG("deb"),
  /** pacman: Arch Linux, CachyOS. */
  PACMAN("pacman"),
  /** apk: Alpine, Wolfi. */
  APK("apk");

  private final String prefix;

  PackageManager(String prefix) {
    this.prefix = prefix;
  }

  /** Returns the name of the component of a package, such as {@code rpm:bash}. */
  public String component(String packageName) {
    return prefix + ":" + packageName;
  }
}
