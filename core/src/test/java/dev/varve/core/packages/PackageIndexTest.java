package dev.varve.core.packages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.filetree.BytesContent;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import dev.varve.core.image.Digest;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
    return file(path, mtime, Digest.of(content.getBytes(UTF_8)).hex(), "", "");
  }

  /** A file of an RPM package; the digest may be empty. */
  private static PackageFile file(
      String path, long mtime, String sha256, String linkTarget, String capabilities) {
    return new PackageFile(
        path,
        OptionalInt.of(0100644),
        "root",
        "root",
        OptionalLong.of(mtime),
        FileDigest.of(FileDigest.Algorithm.SHA256, sha256),
        linkTarget,
        capabilities);
  }

  private static InstalledPackage pack(String name, String arch, PackageFile... files) {
    return new InstalledPackage(
        PackageFormat.RPM,
        name,
        "1-1",
        arch,
        name + ".src.rpm",
        BUILT,
        List.of(3L, 2L),
        List.of(files));
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
  void aFileWithTheContentOfItsPackageHasTheTimeOfItsPackage() throws IOException {
    builder.add(pack("a", "x86_64", shipped("usr/bin/tool", "tool", 99)));
    assertThat(owner("usr/bin/tool")).isEqualTo("a.x86_64");
    assertThat(shippedMtime("usr/bin/tool")).hasValue(99);
    assertThat(owner("usr/bin/link")).isEqualTo("nobody");
    assertThat(shippedMtime("usr/bin/link")).isEmpty();
  }

  @Test
  void aFileThatTheBuildChangedIsOwnedButNotAsShipped() throws IOException {
    builder.add(pack("a", "noarch", shipped("etc/conf", "as shipped", 99)));
    assertThat(owner("etc/conf")).isEqualTo("a.noarch");
    assertThat(shippedMtime("etc/conf")).isEmpty();
  }

  @Test
  void aFileWithoutDigestIsNotAsShipped() throws IOException {
    builder.add(pack("a", "", file("usr/bin/tool", 99, "", "", "")));
    assertThat(owner("usr/bin/tool")).isEqualTo("a.");
    assertThat(shippedMtime("usr/bin/tool")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "MD5, 39ab32c5aeb56c9f5ae17f073ce31023",
    "SHA1, 1937c4c28f7261868974e9266a649152939f64b0",
    "SHA224, 8d9e8edfe52132b678772115632311bf6694d18ec06d830b97addb33",
    "SHA256, 7c9bbe5ec9b3fb774e8fa0f54247e93c34ddf8e5d16fe3073420de0ae81a262d",
    "SHA256_160, 7c9bbe5ec9b3fb774e8fa0f54247e93c34ddf8e5",
    "SHA384, 01410ee980c5c579106b31cd28ba8f41f0bea16fc4ca9a1e55ea30060f62b495ab21e1e0f09f7cb24377c7df574d6591",
    "SHA512, 62b95004b6eb5f43905104a81fd32c28cdcb4e3ffb50105afd03eb1257cf034a4edb6d1f0f9fd15d76fa42a0d08325d54b1de8115a898675cadc79daa2cbab64"
  })
  void aDigestOfAnyAlgorithmCounts(FileDigest.Algorithm algorithm, String digest)
      throws IOException {
    builder.add(pack("a", "", digested("usr/bin/tool", algorithm, digest)));
    builder.add(pack("b", "", digested("etc/conf", algorithm, digest)));
    assertThat(shippedMtime("usr/bin/tool")).hasValue(99);
    assertThat(shippedMtime("etc/conf")).isEmpty();
  }

  private static PackageFile digested(String path, FileDigest.Algorithm algorithm, String digest) {
    return new PackageFile(
        path,
        OptionalInt.empty(),
        "",
        "",
        OptionalLong.of(99),
        FileDigest.of(algorithm, digest),
        "",
        "");
  }

  @Test
  void aPackageWithoutTimesLeavesItsFilesTheirTimes() throws IOException {
    builder.add(pack("a", "", new PackageFile("usr/bin/tool")));
    PackageIndex index = builder.build();
    assertThat(index.isUntimed(tree.indexOf("usr/bin/tool"))).isTrue();
    assertThat(index.isUntimed(tree.indexOf("etc/conf"))).isFalse();
    assertThat(stable("usr/bin/tool", 5).mtime()).isEqualTo(7);
    assertThat(stable("etc/conf", 5).mtime()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPackageWithTheContentOwnsAPathBeforeOneWithoutDigests(boolean first) throws IOException {
    InstalledPackage real = pack("z", "", shipped("usr/bin/tool", "tool", 5));
    InstalledPackage untimed = pack("a", "", new PackageFile("usr/bin/tool"));
    builder.add(first ? real : untimed);
    builder.add(first ? untimed : real);
    assertThat(owner("usr/bin/tool")).isEqualTo("z.");
    assertThat(builder.build().isUntimed(tree.indexOf("usr/bin/tool"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"tool, true", "other, false", "'', false"})
  void aSymbolicLinkIsAsShippedIfItsTargetIs(String target, boolean same) throws IOException {
    builder.add(pack("a", "", file("usr/bin/link", 99, "", target, "")));
    assertThat(shippedMtime("usr/bin/link").isPresent()).isEqualTo(same);
  }

  @Test
  void aDirectoryIsOwnedButHasNoShippedTime() throws IOException {
    builder.add(pack("a", "", file("usr/share/empty", 99, "", "", "")));
    assertThat(owner("usr/share/empty")).isEqualTo("a.");
    assertThat(shippedMtime("usr/share/empty")).isEmpty();
  }

  @Test
  void symbolicLinksInDirectoriesAreFollowed() throws IOException {
    builder.add(pack("glibc", "", shipped("lib/libx.so", "x", 5)));
    assertThat(owner("usr/lib/libx.so")).isEqualTo("glibc.");
    assertThat(shippedMtime("usr/lib/libx.so")).hasValue(5);
    assertThat(owner("lib")).isEqualTo("nobody");
  }

  @Test
  void filesThatTheImageLacksAreSkipped() throws IOException {
    builder.add(pack("a", "", shipped("usr/bin/gone", "x", 1), shipped("lib/none/x", "x", 1)));
    assertThat(builder.build().packages()).extracting(PackageInfo::name).containsExactly("a");
    assertThat(builder.notices()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofTwoOwnersThePackageWithTheContentWinsInAnyOrder(boolean first) throws IOException {
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
  void ofEqualOwnersTheFirstByNameWins(String content, boolean first) throws IOException {
    InstalledPackage a = pack("a", "", shipped("usr/bin/tool", content, 5));
    InstalledPackage b = pack("b", "", shipped("usr/bin/tool", content, 6));
    builder.add(first ? a : b);
    builder.add(first ? b : a);
    assertThat(owner("usr/bin/tool")).isEqualTo("a.");
    assertThat(shippedMtime("usr/bin/tool"))
        .isEqualTo(content.equals("tool") ? OptionalLong.of(5) : OptionalLong.empty());
  }

  @Test
  void aPathOfThreePackagesIsReportedOnce() throws IOException {
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
  void architecturesOfOnePackageMayShareAPathSilently() throws IOException {
    builder.add(pack("libx", "x86_64", shipped("usr/lib/libx.so", "x", 2)));
    builder.add(pack("libx", "i686", shipped("usr/lib/libx.so", "x", 1)));
    assertThat(owner("usr/lib/libx.so")).isEqualTo("libx.i686");
    assertThat(builder.notices()).isEmpty();
  }

  @Test
  void directoriesMayBeSharedSilently() throws IOException {
    for (String name : List.of("a", "b")) {
      builder.add(pack(name, "", file("usr/share/empty", 9, "", "", "")));
    }
    assertThat(owner("usr/share/empty")).isEqualTo("a.");
    assertThat(builder.notices()).isEmpty();
  }

  @Test
  void aLinkToADirectoryMayBeADirectoryOfPackages() throws IOException {
    builder.add(pack("a", "", new PackageFile("lib")));
    builder.add(pack("b", "", new PackageFile("lib")));
    assertThat(owner("lib")).isEqualTo("a.");
    assertThat(builder.notices()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "DEB, usr/lib/python3/a.py, usr/lib/python3/__pycache__/a.cpython-313.pyc, a.",
    "DEB, a.py, __pycache__/a.cpython-313.opt-1.pyc, a.",
    "DEB, usr/lib/python3/a.py, usr/lib/python3/__pycache__/b.cpython-313.pyc, nobody",
    "DEB, usr/lib/python3/a.py, usr/lib/python3/a.pyc, nobody",
    "DEB, usr/lib/python3/a.py, usr/lib/python3/__pycache__/a.cpython-313.txt, nobody",
    "RPM, usr/lib/python3/a.py, usr/lib/python3/__pycache__/a.cpython-313.pyc, nobody",
  })
  void aCompiledModuleBelongsToThePackageOfItsSource(
      PackageFormat format, String source, String compiled, String owner) throws IOException {
    FileTree python =
        new FileTree.Builder().put(source, file("")).put(compiled, file("compiled")).build();
    PackageIndex.Builder modules = new PackageIndex.Builder(python);
    modules.add(
        new InstalledPackage(
            format, "a", "1", "", "", 0, List.of(), List.of(new PackageFile(source))));
    assertThat(owner(modules.build(), python, compiled)).isEqualTo(owner);
    assertThat(modules.build().isUntimed(python.indexOf(compiled))).isFalse();
  }

  @Test
  void lostCapabilitiesAreReported() throws IOException {
    String digest = Digest.of("tool".getBytes(UTF_8)).hex();
    builder.add(
        pack(
            "a",
            "",
            file("usr/bin/tool", 1, digest, "", "cap_net_raw=p"),
            file("usr/bin/link", 1, "", "", "cap_net_raw=p"),
            file("usr/bin/gone", 1, "", "", "cap_net_raw=p")));
    assertThat(builder.notices())
        .containsExactly(
            "1 file lacks the capabilities that its package sets, /usr/bin/tool; the"
                + " image's build lost them: restore them with setcap in the build");
  }

  @Test
  void presentCapabilitiesAreNotReported() throws IOException {
    Xattrs capability = Xattrs.of(Map.of("security.capability", new byte[20]));
    FileTree ping = new FileTree.Builder().put("ping", file("x").with(0, capability)).build();
    PackageIndex.Builder index = new PackageIndex.Builder(ping);
    index.add(pack("a", "", file("ping", 1, "", "", "cap_net_raw=p")));
    assertThat(index.notices()).isEmpty();
  }

  @Test
  void packagesAreSortedByNameVersionAndArchitecture() throws IOException {
    builder.add(pack("b", "x86_64"));
    builder.add(pack("b", "i686"));
    builder.add(
        new InstalledPackage(PackageFormat.RPM, "b", "0-9", "z", "", 0, List.of(), List.of()));
    builder.add(pack("a", "noarch"));
    assertThat(builder.build().packages())
        .extracting(p -> p.name() + " " + p.version() + " " + p.arch())
        .containsExactly("a 1-1 noarch", "b 0-9 z", "b 1-1 i686", "b 1-1 x86_64");
    assertThat(builder.build().newestBuild()).isEqualTo(BUILT);
    assertThat(builder.build().packages().get(0).changelogTimes()).containsExactly(3L, 2L);
  }

  @Test
  void withoutPackagesNoFileHasAnOwner() throws IOException {
    PackageIndex none = PackageIndex.none(tree);
    assertThat(none.packages()).isEmpty();
    assertThat(none.newestBuild()).isZero();
    assertThat(owner(none, tree, "usr/bin/tool")).isEqualTo("nobody");
  }

  @Test
  void invalidPackageFilesAndPackagesAreRefused() {
    for (String path : List.of("/usr", "", ".", "usr/../etc", "usr//bin", "usr/")) {
      assertThatThrownBy(() -> new PackageFile(path))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected a path below the root, got \"" + path + "\"");
    }
    assertThatThrownBy(
            () ->
                new PackageFile(
                    "a",
                    OptionalInt.of(0x10000),
                    "",
                    "",
                    OptionalLong.empty(),
                    Optional.empty(),
                    "",
                    ""))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("a: mode 65536");
    assertThatThrownBy(() -> new FileDigest(FileDigest.Algorithm.SHA256, "abc"))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a SHA256, got \"abc\"");
    assertThatThrownBy(
            () -> new InstalledPackage(PackageFormat.RPM, "", "1", "", "", 0, List.of(), List.of()))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a name and a version, got \"\" and \"1\"");
  }

  // Stable times.

  private Inode stable(String path, long clamp) throws IOException {
    return StableTimes.apply(tree, builder.build(), clamp).find(path).orElseThrow();
  }

  @Test
  void aFileAsShippedGetsTheTimeOfItsPackageEvenAfterTheClamp() throws IOException {
    builder.add(pack("a", "", shipped("usr/bin/tool", "tool", 99)));
    assertThat(stable("usr/bin/tool", 50).mtime()).isEqualTo(99);
  }

  @ParameterizedTest
  @CsvSource({"6, 6", "7, 7", "8, 7", "-5, -5"})
  void anyOtherFileGetsItsOwnTimeUpToTheClamp(long clamp, long mtime) throws IOException {
    builder.add(pack("a", "", shipped("etc/conf", "as shipped", 99)));
    assertThat(stable("etc/conf", clamp).mtime()).isEqualTo(mtime);
    assertThat(stable("usr/bin/link", clamp).mtime()).isEqualTo(mtime);
  }

  @Test
  void aDirectoryAlwaysGetsTheClamp() throws IOException {
    builder.add(pack("a", "", file("usr/share/empty", 99, "", "", "")));
    assertThat(stable("usr/share/empty", 50).mtime()).isEqualTo(50);
    assertThat(stable("", 50).mtime()).isEqualTo(50);
  }

  @Test
  void attributesThatClientsSetAreDropped() throws IOException {
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
  void hardLinksGetTheTimeOfTheFirstName() throws IOException {
    Inode linked = file("x");
    FileTree links = new FileTree.Builder().put("b", linked).put("a", linked).build();
    PackageIndex.Builder index = new PackageIndex.Builder(links);
    index.add(pack("p", "", shipped("a", "x", 4), shipped("b", "x", 5)));
    FileTree stable = StableTimes.apply(links, index.build(), 9);
    assertThat(stable.find("a")).isEqualTo(stable.find("b"));
    assertThat(stable.find("a").orElseThrow().mtime()).isEqualTo(4);
  }
}
