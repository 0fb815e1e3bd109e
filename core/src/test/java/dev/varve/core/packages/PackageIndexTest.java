package dev.varve.core.packages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.image.Digest;
import dev.varve.core.tar.Xattrs;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackageIndexTest {
  private static final long BUILT = 1_700_000_000;

  private final FileTree tree =
      new FileTree.Builder()
          .put("usr/lib/libx.so", file("x"))
          .put("usr/bin/tool", file("tool"))
          .put("usr/bin/link", symlink("tool"))
          .put("usr/share/empty", Inode.directory(0755, 0, 0, 0, Xattrs.EMPTY))
          .put("lib", symlink("usr/lib"))
          .put("etc/conf", file("changed by the build"))
          .build();

  private final PackageIndex.Builder builder = new PackageIndex.Builder(tree);

  private static Inode file(String content) {
    return Inode.file(0644, 0, 0, 7, Xattrs.EMPTY, new BytesContent(content.getBytes(UTF_8)));
  }

  private static Inode symlink(String target) {
    return Inode.symlink(0777, 0, 0, 7, Xattrs.EMPTY, target);
  }

  private static PackageFile shipped(String path, String content, long mtime) {
    String digest = Digest.of(content.getBytes(UTF_8)).hex();
    return new PackageFile(path, 0100644, content.length(), mtime, digest, "", false, "");
  }

  private static InstalledPackage pack(String name, String arch, PackageFile... files) {
    return new InstalledPackage(
        name, "1-1", arch, name + ".src.rpm", BUILT, List.of(3L, 2L), List.of(files));
  }

  private static String owner(PackageIndex index, FileTree tree, String path) {
    return index.owner(tree.indexOf(path)).map(p -> p.name() + "." + p.arch()).orElse("nobody");
  }

  private String owner(String path) {
    return owner(builder.build(), tree, path);
  }

  private OptionalLong shippedMtime(String path) {
    return builder.build().shippedMtime(tree.indexOf(path));
  }

  @Test
  void aFileWithTheContentOfItsPackageHasTheTimeOfItsPackage() {
    builder.add(pack("a", "x86_64", shipped("usr/bin/tool", "tool", 99)));
    assertThat(owner("usr/bin/tool")).isEqualTo("a.x86_64");
    assertThat(shippedMtime("usr/bin/tool")).hasValue(99);
    assertThat(owner("usr/bin/link")).isEqualTo("nobody");
    assertThat(shippedMtime("usr/bin/link")).isEmpty();
  }

  @Test
  void aFileThatTheBuildChangedIsOwnedButNotAsShipped() {
    builder.add(pack("a", "noarch", shipped("etc/conf", "as shipped", 99)));
    assertThat(owner("etc/conf")).isEqualTo("a.noarch");
    assertThat(shippedMtime("etc/conf")).isEmpty();
  }

  @Test
  void aFileWithoutDigestIsNotAsShipped() {
    builder.add(pack("a", "", new PackageFile("usr/bin/tool", 0100644, 4, 99, "", "", true, "")));
    assertThat(owner("usr/bin/tool")).isEqualTo("a.");
    assertThat(shippedMtime("usr/bin/tool")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"tool, true", "other, false", "'', false"})
  void aSymbolicLinkIsAsShippedIfItsTargetIs(String target, boolean same) {
    builder.add(
        pack("a", "", new PackageFile("usr/bin/link", 0120777, 4, 99, "", target, false, "")));
    assertThat(shippedMtime("usr/bin/link").isPresent()).isEqualTo(same);
  }

  @Test
  void aDirectoryIsOwnedButHasNoShippedTime() {
    builder.add(
        pack("a", "", new PackageFile("usr/share/empty", 0040755, 0, 99, "", "", false, "")));
    assertThat(owner("usr/share/empty")).isEqualTo("a.");
    assertThat(shippedMtime("usr/share/empty")).isEmpty();
  }

  @Test
  void symbolicLinksInDirectoriesAreFollowed() {
    builder.add(pack("glibc", "", shipped("lib/libx.so", "x", 5)));
    assertThat(owner("usr/lib/libx.so")).isEqualTo("glibc.");
    assertThat(shippedMtime("usr/lib/libx.so")).hasValue(5);
    assertThat(owner("lib")).isEqualTo("nobody");
  }

  @Test
  void filesThatTheImageLacksAreSkipped() {
    builder.add(pack("a", "", shipped("usr/bin/gone", "x", 1), shipped("lib/none/x", "x", 1)));
    assertThat(builder.build().packages()).extracting(PackageInfo::name).containsExactly("a");
    assertThat(builder.notices()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofTwoOwnersThePackageWithTheContentWinsInAnyOrder(boolean first) {
    InstalledPackage real = pack("z", "", shipped("usr/bin/tool", "tool", 5));
    InstalledPackage other = pack("a", "", shipped("usr/bin/tool", "another", 6));
    builder.add(first ? real : other);
    builder.add(first ? other : real);
    assertThat(owner("usr/bin/tool")).isEqualTo("z.");
    assertThat(shippedMtime("usr/bin/tool")).hasValue(5);
    assertThat(builder.notices())
        .containsExactly(
            "1 path is owned by more than one package, /usr/bin/tool; its owner is the package"
                + " whose content the file has");
  }

  @ParameterizedTest
  @CsvSource({"tool, true", "tool, false", "none, true", "none, false"})
  void ofEqualOwnersTheFirstByNameWins(String content, boolean first) {
    InstalledPackage a = pack("a", "", shipped("usr/bin/tool", content, 5));
    InstalledPackage b = pack("b", "", shipped("usr/bin/tool", content, 6));
    builder.add(first ? a : b);
    builder.add(first ? b : a);
    assertThat(owner("usr/bin/tool")).isEqualTo("a.");
    assertThat(shippedMtime("usr/bin/tool"))
        .isEqualTo(content.equals("tool") ? OptionalLong.of(5) : OptionalLong.empty());
  }

  @Test
  void aPathOfThreePackagesIsReportedOnce() {
    for (String name : List.of("c", "a", "b")) {
      builder.add(pack(name, "", shipped("usr/lib/libx.so", "x", 1), shipped("etc/conf", name, 1)));
    }
    assertThat(owner("etc/conf")).isEqualTo("a.");
    assertThat(builder.notices())
        .containsExactly(
            "2 paths are owned by more than one package, the first /etc/conf; the owner"
                + " of each is the package whose content the file has");
  }

  @Test
  void architecturesOfOnePackageMayShareAPathSilently() {
    builder.add(pack("libx", "x86_64", shipped("usr/lib/libx.so", "x", 2)));
    builder.add(pack("libx", "i686", shipped("usr/lib/libx.so", "x", 1)));
    assertThat(owner("usr/lib/libx.so")).isEqualTo("libx.i686");
    assertThat(builder.notices()).isEmpty();
  }

  @Test
  void directoriesMayBeSharedSilently() {
    for (String name : List.of("a", "b")) {
      builder.add(
          pack(name, "", new PackageFile("usr/share/empty", 0040755, 0, 9, "", "", false, "")));
    }
    assertThat(owner("usr/share/empty")).isEqualTo("a.");
    assertThat(builder.notices()).isEmpty();
  }

  @Test
  void lostCapabilitiesAreReported() {
    String digest = Digest.of("tool".getBytes(UTF_8)).hex();
    builder.add(
        pack(
            "a",
            "",
            new PackageFile("usr/bin/tool", 0100755, 4, 1, digest, "", false, "cap_net_raw=p"),
            new PackageFile("usr/bin/link", 0100755, 4, 1, "", "", false, "cap_net_raw=p"),
            new PackageFile("usr/bin/gone", 0100755, 4, 1, "", "", false, "cap_net_raw=p")));
    assertThat(builder.notices())
        .containsExactly(
            "1 file lacks the capabilities that its package sets, /usr/bin/tool; the"
                + " image's build lost them: restore them with setcap in the build");
  }

  @Test
  void presentCapabilitiesAreNotReported() {
    Xattrs capability = Xattrs.of(Map.of("security.capability", new byte[20]));
    FileTree ping = new FileTree.Builder().put("ping", file("x").with(0, capability)).build();
    PackageIndex.Builder index = new PackageIndex.Builder(ping);
    index.add(
        pack("a", "", new PackageFile("ping", 0100755, 1, 1, "", "", false, "cap_net_raw=p")));
    assertThat(index.notices()).isEmpty();
  }

  @Test
  void packagesAreSortedByNameVersionAndArchitecture() {
    builder.add(pack("b", "x86_64"));
    builder.add(pack("b", "i686"));
    builder.add(new InstalledPackage("b", "0-9", "z", "", 0, List.of(), List.of()));
    builder.add(pack("a", "noarch"));
    assertThat(builder.build().packages())
        .extracting(p -> p.name() + " " + p.version() + " " + p.arch())
        .containsExactly("a 1-1 noarch", "b 0-9 z", "b 1-1 i686", "b 1-1 x86_64");
    assertThat(builder.build().newestBuild()).isEqualTo(BUILT);
    assertThat(builder.build().packages().get(0).changelogTimes()).containsExactly(3L, 2L);
  }

  @Test
  void withoutPackagesNoFileHasAnOwner() {
    PackageIndex none = PackageIndex.none(tree);
    assertThat(none.packages()).isEmpty();
    assertThat(none.newestBuild()).isZero();
    assertThat(owner(none, tree, "usr/bin/tool")).isEqualTo("nobody");
  }

  @Test
  void invalidPackageFilesAndPackagesAreRefused() {
    assertThatThrownBy(() -> shipped("/usr", "x", 0))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a path without a leading slash, got \"/usr\"");
    assertThatThrownBy(() -> new PackageFile("a", 0, -1, 0, "", "", false, ""))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("a: mode 0, size -1");
    assertThatThrownBy(() -> new PackageFile("a", 0, 0, 0, "abc", "", false, ""))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("a: expected a SHA-256, got \"abc\"");
    assertThatThrownBy(() -> new InstalledPackage("", "1", "", "", 0, List.of(), List.of()))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a name and a version, got \"\" and \"1\"");
  }

  // Stable times.

  private Inode stable(String path, long clamp) {
    return StableTimes.apply(tree, builder.build(), clamp).find(path).orElseThrow();
  }

  @Test
  void aFileAsShippedGetsTheTimeOfItsPackageEvenAfterTheClamp() {
    builder.add(pack("a", "", shipped("usr/bin/tool", "tool", 99)));
    assertThat(stable("usr/bin/tool", 50).mtime()).isEqualTo(99);
  }

  @ParameterizedTest
  @CsvSource({"6, 6", "7, 7", "8, 7", "-5, -5"})
  void anyOtherFileGetsItsOwnTimeUpToTheClamp(long clamp, long mtime) {
    builder.add(pack("a", "", shipped("etc/conf", "as shipped", 99)));
    assertThat(stable("etc/conf", clamp).mtime()).isEqualTo(mtime);
    assertThat(stable("usr/bin/link", clamp).mtime()).isEqualTo(mtime);
  }

  @Test
  void aDirectoryAlwaysGetsTheClamp() {
    builder.add(
        pack("a", "", new PackageFile("usr/share/empty", 0040755, 0, 99, "", "", false, "")));
    assertThat(stable("usr/share/empty", 50).mtime()).isEqualTo(50);
    assertThat(stable("", 50).mtime()).isEqualTo(50);
  }

  @Test
  void attributesThatClientsSetAreDropped() {
    Xattrs xattrs =
        Xattrs.of(
            Map.of(
                "security.selinux",
                new byte[1],
                "trusted.overlay.x",
                new byte[1],
                "user.component",
                new byte[] {'c'}));
    FileTree labeled = new FileTree.Builder().put("a", file("x").with(3, xattrs)).build();
    Inode stable =
        StableTimes.apply(labeled, PackageIndex.none(labeled), 9).find("a").orElseThrow();
    assertThat(stable.xattrs()).hasToString("{user.component=63}");
    assertThat(stable.mtime()).isEqualTo(3);
  }

  @Test
  void hardLinksGetTheTimeOfTheFirstName() {
    Inode linked = file("x");
    FileTree links = new FileTree.Builder().put("b", linked).put("a", linked).build();
    PackageIndex.Builder index = new PackageIndex.Builder(links);
    index.add(pack("p", "", shipped("a", "x", 4), shipped("b", "x", 5)));
    FileTree stable = StableTimes.apply(links, index.build(), 9);
    assertThat(stable.find("a")).isEqualTo(stable.find("b"));
    assertThat(stable.find("a").orElseThrow().mtime()).isEqualTo(4);
  }
}
