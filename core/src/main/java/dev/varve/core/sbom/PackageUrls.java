package dev.varve.core.sbom;

import com.github.packageurl.MalformedPackageURLException;
import com.github.packageurl.PackageURL;
import com.github.packageurl.PackageURLBuilder;
import dev.varve.core.packages.OsRelease;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.packages.PackageInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Package URLs (purls) of packages and images. A package's namespace is the distribution whose
 * package it is: for an image of a derived distribution, such as Bazzite, that is the distribution
 * that it derives from, except for the packages of other vendors. Packages of a format that the
 * distribution does not build have no namespace.
 *
 * @see <a href="https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst">purl: types</a>
 */
final class PackageUrls {
  /** The distributions that build the packages of a format themselves. */
  private static final Map<PackageFormat, Set<String>> BUILDERS =
      Map.of(
          PackageFormat.RPM,
          Set.of(
              "almalinux",
              "amzn",
              "azurelinux",
              "centos",
              "fedora",
              "mageia",
              "ol",
              "openeuler",
              "openmandriva",
              "opensuse",
              "opensuse-leap",
              "opensuse-tumbleweed",
              "photon",
              "rhel",
              "rocky",
              "sles"),
          PackageFormat.DEB,
          Set.of("debian", "ubuntu"),
          PackageFormat.PACMAN,
          Set.of("arch"),
          PackageFormat.APK,
          Set.of("alpine", "chainguard", "wolfi"));

  /** The ID of distributions that name none. */
  private static final String NO_ID = "linux";

  /** The namespaces that differ from the distribution's ID. */
  private static final Map<String, String> NAMESPACES =
      Map.of(
          "opensuse-leap", "opensuse",
          "opensuse-tumbleweed", "opensuse",
          "rhel", "redhat",
          "sles", "suse");

  /** The vendors that distributions write into their RPM packages. */
  private static final Map<String, String> VENDORS =
      Map.of(
          "almalinux", "AlmaLinux",
          "centos", "CentOS",
          "fedora", "Fedora Project",
          "opensuse", "openSUSE",
          "rhel", "Red Hat, Inc.",
          "rocky", "Rocky Enterprise Software Foundation");

  private static final Pattern EPOCH = Pattern.compile("([0-9]+):(.+)");

  private PackageUrls() {}

  static PackageURL of(PackageInfo info, Optional<OsRelease> os) {
    PackageURLBuilder url =
        PackageURLBuilder.aPackageURL().withType(type(info.format())).withName(text(info.name()));
    var epoch = EPOCH.matcher(text(info.version()));
    if (info.format() == PackageFormat.RPM && epoch.matches()) {
      url.withVersion(epoch.group(2)).withQualifier("epoch", epoch.group(1));
    } else {
      url.withVersion(text(info.version()));
    }
    if (!info.arch().isEmpty()) {
      url.withQualifier("arch", text(info.arch()));
    }
    os.ifPresent(system -> addOrigin(url, info, system));
    return built(url);
  }

  /** Returns the purl of an image; empty if it has no manifest. */
  static Optional<PackageURL> ofImage(SbomSubject subject, String name) {
    if (subject.digest().isEmpty()) {
      return Optional.empty();
    }
    PackageURLBuilder url =
        PackageURLBuilder.aPackageURL()
            .withType("oci")
            .withName(text(name))
            .withVersion(subject.digest().get().toString())
            .withQualifier("arch", text(subject.architecture()));
    subject.repository().ifPresent(path -> url.withQualifier("repository_url", path));
    return Optional.of(built(url));
  }

  private static void addOrigin(PackageURLBuilder url, PackageInfo info, OsRelease os) {
    String builder = builder(info, os);
    if (builder.isEmpty()) {
      return;
    }
    url.withNamespace(NAMESPACES.getOrDefault(builder, builder));
    boolean own = builder.equals(text(os.id()));
    // A derived distribution may count its versions otherwise than the one that it derives from.
    if (!os.version().isEmpty() && (own || isOfVersion(info, builder, os.version()))) {
      url.withQualifier("distro", builder + "-" + text(os.version()));
    }
  }

  /**
   * Returns the ID of the distribution that built a package; empty if it is unknown, also if the
   * image's distribution builds packages of another format.
   */
  private static String builder(PackageInfo info, OsRelease os) {
    String own = os.id().equals(NO_ID) ? "" : text(os.id());
    Set<String> builders = BUILDERS.getOrDefault(info.format(), Set.of());
    if (builders.contains(own)) {
      return own;
    }
    Optional<String> parent = os.like().stream().filter(builders::contains).findFirst();
    if (parent.isEmpty()
        && Stream.concat(Stream.of(own), os.like().stream()).anyMatch(PackageUrls::isKnown)) {
      return "";
    }
    return parent.filter(name -> isBy(name, info)).orElse(own);
  }

  /** Returns whether a distribution builds packages of some format. */
  private static boolean isKnown(String id) {
    return BUILDERS.values().stream().anyMatch(builders -> builders.contains(id));
  }

  /** Returns whether a package may be a distribution's: if it names another vendor, it is not. */
  private static boolean isBy(String distribution, PackageInfo info) {
    String vendor = VENDORS.getOrDefault(distribution, "");
    return info.format() != PackageFormat.RPM
        || vendor.isEmpty()
        || info.supplier().isEmpty()
        || info.supplier().equals(vendor);
  }

  /** Returns whether a package's release names the version of a distribution. */
  private static boolean isOfVersion(PackageInfo info, String distribution, String version) {
    String tag = distribution.equals("fedora") ? ".fc" : ".el";
    String major = version.replaceFirst("\\..*", "");
    return info.format() == PackageFormat.RPM
        && List.of(info.version().split("(?=\\.)")).stream()
            .anyMatch(part -> part.equals(tag + major));
  }

  private static String type(PackageFormat format) {
    return switch (format) {
      case RPM -> "rpm";
      case DEB -> "deb";
      case PACMAN -> "alpm";
      case APK -> "apk";
    };
  }

  /** Returns text in ASCII: the library encodes other characters wrongly, and names have none. */
  private static String text(String foreign) {
    return Sbom.text(foreign).replaceAll("[^ -~]", "_");
  }

  private static PackageURL built(PackageURLBuilder url) {
    try {
      return url.build();
    } catch (MalformedPackageURLException e) {
      throw new IllegalStateException("making a purl of type " + url.getType() + ": " + e, e);
    }
  }
}
