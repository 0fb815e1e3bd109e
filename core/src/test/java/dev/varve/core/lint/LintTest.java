package dev.varve.core.lint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.varve.core.boot.CpioBytes;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.filetree.LayerBytes;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredTree;
import dev.varve.core.filetree.MemoryImage;
import dev.varve.core.packages.PackageFormat;
import dev.varve.core.plan.Groups;
import dev.varve.core.state.DivisionRules;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.Xattrs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule finds its fault, planted in an image in which no rule finds anything. */
class LintTest {
  private static final String KERNEL = "usr/lib/modules/6.1/";
  private static final long NOON = 1_735_732_800L;

  @TempDir private Path directory;

  /** A bootable image of apk's packages. */
  private static LayerBytes clean(String version) {
    LayerBytes layer = new LayerBytes();
    for (String path : List.of("boot", "dev", "etc", "proc", "run", "sys", "sysroot", "tmp")) {
      layer.directory(path);
    }
    return layer
        .symlink("ostree", "sysroot/ostree")
        .directory("var")
        .file("etc/machine-id", "")
        .file(KERNEL + "vmlinuz", "kernel")
        .file("etc/passwd", "root:x:0:0:::\ndaemon:x:2:2:::\n")
        .file("etc/group", "root:x:0:\ndaemon:x:2:\n")
        .file("usr/bin/tool", "tool")
        .file(
            "usr/lib/apk/db/installed",
            """
            P:tool
            V:%s
            A:x86_64
            F:usr
            F:usr/bin
            R:tool
            a:0:0:644
            Z:Q1pcfgKTBlEvbMjq4jtVRyLVBmEmw=

            """
                .formatted(version));
  }

  private List<String> found(LayerBytes built) throws IOException {
    return found(built, Optional.empty(), Set.of());
  }

  private List<String> found(LayerBytes built, LayerBytes before) throws IOException {
    return found(built, Optional.of(before), Set.of());
  }

  private List<String> found(LayerBytes built, Optional<LayerBytes> before, Set<String> disabled)
      throws IOException {
    return check(labeled(built), before, disabled).stream()
        .map(each -> each.rule().name() + " " + each.path() + ": " + each.message())
        .toList();
  }

  private List<Finding> check(MemoryImage image, Optional<LayerBytes> before, Set<String> disabled)
      throws IOException {
    return check(image, before, disabled, DivisionRules.DEFAULT);
  }

  private List<Finding> check(
      MemoryImage image, Optional<LayerBytes> before, Set<String> disabled, DivisionRules rules)
      throws IOException {
    Path layers = Files.createTempDirectory(directory, "layers");
    try (Scratch scratch = new Scratch(directory);
        LayeredTree read = LayeredTree.read(image, layers, Progress.SILENT);
        LintedImage linted =
            LintedImage.of(
                read.tree(),
                read.hidden(),
                image.config(),
                before.isEmpty() ? Optional.empty() : Optional.of(previous(before.get(), scratch)),
                rules,
                scratch,
                Progress.SILENT,
                LayerLimits.DEFAULT)) {
      return Lint.check(linted, disabled);
    }
  }

  private static MemoryImage labeled(LayerBytes layer) {
    return MemoryImage.of(layer.toBytes())
        .configured("config", Map.of("Labels", Map.of("containers.bootc", "1")));
  }

  private static LintedImage.Previous previous(LayerBytes layer, Scratch scratch)
      throws IOException {
    MemoryImage image = labeled(layer);
    return new LintedImage.Previous(
        image,
        PublishedImage.of(
            image, DivisionRules.DEFAULT, scratch.directory("state"), Progress.SILENT));
  }

  private List<String> planted(Consumer<LayerBytes> fault) throws IOException {
    LayerBytes image = clean("1");
    fault.accept(image);
    return found(image);
  }

  @Test
  void nothingIsFoundInACleanImage() throws IOException {
    assertThat(found(clean("1"))).isEmpty();
    assertThat(found(clean("1"), clean("1"))).isEmpty();
    assertThat(found(clean("2"), clean("1"))).isEmpty();
  }

  /** With a line for the owner and mode, or without one, apk does not tell a file's mode. */
  @Test
  void apkTellsModesOfDirectoriesAlone() throws IOException {
    LayerBytes image = clean("1");
    image.file("usr/bin/bare", "bare");
    image.directory("usr/share", 0700);
    image.directory("usr/games", 0700);
    image.file(
        "usr/lib/apk/db/installed",
        """
        P:tool
        V:1
        A:x86_64
        F:usr
        F:usr/bin
        R:tool
        a:0:0:4711
        Z:Q1pcfgKTBlEvbMjq4jtVRyLVBmEmw=
        R:bare
        Z:Q1pcfgKTBlEvbMjq4jtVRyLVBmEmw=
        F:usr/share
        F:usr/games
        M:0:0:711

        """);
    assertThat(found(image))
        .filteredOn(each -> each.startsWith("modes"))
        .containsExactlyInAnyOrder(
            "modes usr/share: tool ships it with 755, and it has 700",
            "modes usr/games: tool ships it with 711, and it has 700");
  }

  /** Nothing is claimed of packages, nor that no package owns a file; changes are compared. */
  @Test
  void withoutPackagesNothingIsSaidOfThem() throws IOException {
    LayerBytes before = clean("1").file("etc/ld.so.cache", "1").file("usr/lib/made", "1");
    LayerBytes after = clean("1").file("etc/ld.so.cache", "2").file("usr/lib/made", "2");
    assertThat(found(after, before))
        .containsExactly(
            "caches etc/ld.so.cache: changed: ldconfig's list of libraries",
            "build usr/lib/made: changed since the previous image");
    assertThat(
            check(
                labeled(after),
                Optional.of(before),
                Set.of(),
                new DivisionRules(Groups.NONE, false)))
        .extracting(each -> each.rule().name() + " " + each.path() + ": " + each.message())
        .containsExactly("caches etc/ld.so.cache: changed: ldconfig's list of libraries");
  }

  @Test
  void curesAreThoseOfTheImagesPackages() throws IOException {
    LayerBytes image = clean("1").directory("usr/bin", 0700);
    assertThat(check(labeled(image), Optional.empty(), Set.of()))
        .extracting(each -> each.rule().name() + ": " + each.cure())
        .containsExactly("modes: [RUN apk fix --directory-permissions]");
    Rule reinstalled =
        Lint.RULES.stream()
            .filter(rule -> rule.name().equals("same-version"))
            .findFirst()
            .orElseThrow();
    String comment =
        "# find the step that writes the file; a reinstalled package ships it as it was:";
    assertThat(reinstalled.cure(Set.of(PackageFormat.DEB)))
        .containsExactly(comment, "RUN apt-get install -y --reinstall PACKAGE");
    assertThat(reinstalled.cure(Set.of(PackageFormat.PACMAN)))
        .containsExactly(comment, "RUN pacman -S --noconfirm PACKAGE");
    assertThat(reinstalled.cure(Set.of(PackageFormat.APK)))
        .containsExactly(comment, "RUN apk fix --reinstall PACKAGE");
    assertThat(reinstalled.cure(Set.of())).containsExactly(comment, "RUN dnf -y reinstall PACKAGE");
  }

  @Test
  void idsAndSecretsOfAMachineAreErrors() throws IOException {
    assertThat(
            planted(
                image ->
                    image
                        .file("etc/machine-id", "0123456789abcdef0123456789abcdef\n")
                        .file("etc/ssh/ssh_host_ed25519_key", "secret")
                        .file("etc/ssh/ssh_host_ed25519_key.pub", "public")))
        .containsExactly(
            "machine-id etc/machine-id: all machines would have this machine-id",
            "secrets etc/ssh/ssh_host_ed25519_key: a secret that all machines would share, and"
                + " everybody can read");
    assertThat(planted(image -> image.file("etc/machine-id", "uninitialized\n"))).isEmpty();
  }

  @Test
  void whatBootcRefusesIsFound() throws IOException {
    assertThat(
            planted(
                image ->
                    image
                        .file("usr/lib/modules/6.2/vmlinuz", "kernel")
                        .directory("var/run")
                        .file("usr/etc/a", "1")
                        .file("usr/share/\udcff", "1")))
        .containsExactly(
            "var-run var/run: a directory",
            "usr-etc usr/etc: beside /etc",
            "kernel usr/lib/modules/6.2: a further kernel beside /usr/lib/modules/6.1",
            "utf8 usr/share/\udcff: the name is not UTF-8");
    assertThat(found(new LayerBytes().file(KERNEL + "vmlinuz", "k")))
        .contains(
            "base-directories proc: expected a directory",
            "base-directories ostree: expected a link to sysroot/ostree");
  }

  @Test
  void kernelArgumentsThatBootcCantReadAreFound() throws IOException {
    String directory = "usr/lib/bootc/kargs.d/";
    assertThat(
            planted(
                image ->
                    image
                        .file(directory + "10-good.toml", "kargs = [\"quiet\"]\n")
                        .file(
                            directory + "11-arm.toml",
                            "match-architectures = [\"aarch64\"]\nkargs = []\n")
                        .file(directory + "20-cut.toml", "kargs = [\"quiet\"\n")
                        .file(directory + "21-table.toml", "[kargs]\nappend = [\"quiet\"]\n")
                        .file(directory + "22-key.toml", "kargs = []\ndelete = [\"rhgb\"]\n")
                        .file(directory + "23-text.toml", "kargs = \"quiet\"\n")
                        .file(directory + "24-number.toml", "kargs = [1]\n")
                        .file(directory + "25-empty.toml", "")
                        .file(
                            directory + "26-latin.toml",
                            new byte[] {(byte) 0xff},
                            NOON,
                            Xattrs.EMPTY)
                        .file(directory + "27-large.toml", "#".repeat((1 << 20) + 1))
                        .file(directory + "28-deep.toml", "kargs = " + "[".repeat(100_000))
                        .file(directory + "README", "of no interest")
                        .file(directory + "below/x.toml", "of no interest")))
        .containsExactly(
            "kargs " + directory + "20-cut.toml: not TOML: line 2, column 1",
            "kargs " + directory + "21-table.toml: kargs is no list of strings",
            "kargs "
                + directory
                + "22-key.toml: bootc knows kargs and match-architectures, not delete",
            "kargs " + directory + "23-text.toml: kargs is no list of strings",
            "kargs " + directory + "24-number.toml: kargs is no list of strings",
            "kargs " + directory + "25-empty.toml: kargs is missing",
            "kargs " + directory + "26-latin.toml: not UTF-8",
            "kargs " + directory + "27-large.toml: more than 1048576 bytes",
            "kargs " + directory + "28-deep.toml: not TOML");
  }

  @Test
  void anImageToBootNeedsItsLabel() throws IOException {
    assertThat(check(MemoryImage.of(clean("1").toBytes()), Optional.empty(), Set.of()))
        .extracting(each -> each.rule().name())
        .containsExactly("label");
  }

  @Test
  void leftoversOfTheBuildAreFound() throws IOException {
    assertThat(
            planted(
                image ->
                    image
                        .file("var/log/dnf5.log", "installed")
                        .file("var/log/empty.log", "")
                        .file("run/lock", "1")
                        .file("tmp/x/y", "1")
                        .file("var/lib/app/state", "1")
                        .file("var/lib/app/more", "1")))
        .containsExactly(
            "logs var/log/dnf5.log: a log of the build",
            "run-tmp run/lock: left by the build in /run",
            "run-tmp tmp/x/y: left by the build in /tmp",
            "var var/lib/app: only machines that are newly installed get it");
  }

  @Test
  void theJournalAndCopiesOfAnRpmDatabaseAreFound() throws IOException {
    LayerBytes image =
        new LayerBytes()
            .file("usr/lib/sysimage/rpm/rpmdb.sqlite-wal", "w")
            .file("usr/lib/sysimage/rpm/rpmdb.sqlite-shm", "s");
    assertThat(found(image))
        .containsExactly(
            "rpmdb usr/lib/sysimage/rpm/rpmdb.sqlite-wal: SQLite's journal: RPM did not close its"
                + " database",
            "rpmdb usr/lib/sysimage/rpm/rpmdb.sqlite-shm: SQLite's journal: RPM did not close its"
                + " database");
  }

  @Test
  void anOwnerThatThePackageHasNotIsFound() throws IOException {
    TarEntry drifted =
        new TarEntry(
            "usr/bin/tool", TarEntry.Type.FILE, 0644, 2, 0, 0, 0, 0, "", Xattrs.EMPTY, 0, 0);
    assertThat(planted(image -> image.add(drifted)))
        .containsExactly("owners usr/bin/tool: tool ships it with 0:0, and it has daemon:root");
  }

  @Test
  void aFileThatChangedInTheSameVersionOfItsPackageIsFound() throws IOException {
    LayerBytes changed = clean("1").file("usr/bin/tool", "patched");
    assertThat(found(changed, clean("1")))
        .containsExactly(
            "same-version usr/bin/tool: apk:tool has the version of the previous image, and the"
                + " file has another content");
    assertThat(found(clean("2").file("usr/bin/tool", "new"), clean("1"))).isEmpty();
  }

  @Test
  void cachesAndOtherFilesThatTheBuildMakesAnewAreFound() throws IOException {
    assertThat(
            found(
                clean("1").file("etc/ld.so.cache", "2").file("usr/lib/os-release", "BUILD=2"),
                clean("1").file("etc/ld.so.cache", "1").file("usr/lib/os-release", "BUILD=1")))
        .containsExactly(
            "caches etc/ld.so.cache: changed: ldconfig's list of libraries",
            "build usr/lib/os-release: changed since the previous image");
  }

  @Test
  void compiledPythonWithAnotherTimeThanItsSourceIsFound() throws IOException {
    LayerBytes image =
        clean("1")
            .file("usr/lib/python3/a.py", "a".getBytes(UTF_8), NOON - 100_000, Xattrs.EMPTY)
            .file(
                "usr/lib/python3/__pycache__/a.cpython-312.pyc",
                compiled(0, NOON - 100_000),
                NOON,
                Xattrs.EMPTY)
            .file("usr/lib/python3/b.py", "b".getBytes(UTF_8), NOON - 100_000, Xattrs.EMPTY)
            .file(
                "usr/lib/python3/__pycache__/b.cpython-312.pyc",
                compiled(0, NOON),
                NOON,
                Xattrs.EMPTY)
            .file("usr/lib/python3/c.py", "c".getBytes(UTF_8), NOON - 100_000, Xattrs.EMPTY)
            .file(
                "usr/lib/python3/__pycache__/c.cpython-312.pyc",
                compiled(1, 0),
                NOON,
                Xattrs.EMPTY);
    assertThat(found(image))
        .containsExactly(
            "pyc usr/lib/python3/__pycache__/b.cpython-312.pyc: records 2025-01-01T12:00:00Z as the"
                + " time of its source, which layers carry with 2024-12-31T08:13:20Z");
  }

  private static byte[] compiled(int flags, long time) {
    ByteBuffer header = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    header.put(new byte[] {(byte) 0xCB, 0x0D, '\r', '\n'}).putInt(flags).putInt((int) time);
    return header.array();
  }

  @Test
  void theMembersThatMakeAnInitramfsDifferAreNamed() throws IOException {
    LayerBytes before =
        clean("1").file(KERNEL + "initramfs.img", initramfs("40", 5), 0, Xattrs.EMPTY);
    LayerBytes after =
        clean("1").file(KERNEL + "initramfs.img", initramfs("41", 6), 0, Xattrs.EMPTY);
    assertThat(found(after, before))
        .containsExactly(
            "initramfs usr/lib/modules/6.1/initramfs.img: the kernel is the same: 1 member differs"
                + " of 3: etc/os-release; 1 member has another time: bin/sh");
    assertThat(found(before, before)).isEmpty();
  }

  @Test
  void anInitramfsOfANewKernelIsNoFault() throws IOException {
    LayerBytes before =
        clean("1").file(KERNEL + "initramfs.img", initramfs("40", 5), 0, Xattrs.EMPTY);
    LayerBytes after =
        clean("1")
            .file(KERNEL + "vmlinuz", "another kernel")
            .file(KERNEL + "initramfs.img", initramfs("41", 6), 0, Xattrs.EMPTY);
    assertThat(found(after, before)).noneMatch(finding -> finding.startsWith("initramfs"));
  }

  @Test
  void whatHasNotChangedCostsAnUpdateNothing() throws IOException {
    MemoryImage image = labeled(clean("1").file("var/lib/model", "x".repeat(5000)));
    LayerBytes before = clean("1").file("var/lib/model", "x".repeat(5000));
    assertThat(check(image, Optional.of(before), Set.of()))
        .extracting(Finding::path, Finding::bytes)
        .containsExactly(tuple("var/lib/model", 0L));
  }

  private static byte[] initramfs(String release, long time) throws IOException {
    return new CpioBytes()
        .file("kernel/x86/microcode/GenuineIntel.bin", 0, "microcode")
        .end()
        .file("etc/os-release", 0, release)
        .file("bin/sh", time, "shell")
        .compressed("zstd");
  }

  @Test
  void filesThatALaterLayerHidesAreFoundByDirectory() throws IOException {
    String megabyte = "x".repeat(1_000_000);
    MemoryImage image =
        MemoryImage.of(
            new LayerBytes()
                .file("var/cache/dnf/a.rpm", megabyte)
                .file("var/cache/dnf/b.rpm", megabyte)
                .file("opt/a/1", megabyte)
                .file("opt/b/1", megabyte)
                .file("opt/c", megabyte)
                .file("usr/bin/small", "1")
                .file("usr/bin/kept", megabyte)
                .toBytes(),
            new LayerBytes()
                .whiteout("var/cache/dnf")
                .opaque("opt/a")
                .file("opt/b", "now a file")
                .file("opt/c", "other")
                .file("usr/bin/small", "2")
                .toBytes());
    assertThat(check(image, Optional.empty(), Set.of()))
        .extracting(each -> each.path() + ": " + each.message())
        .containsExactly(
            "opt: 1.0 MB in layers below those that replace them",
            "opt/a: 1.0 MB in layers below those that replace them",
            "opt/b: 1.0 MB in layers below those that replace them",
            "var/cache/dnf: 2.0 MB in layers below those that replace them");
  }

  @Test
  void disabledRulesFindNothing() throws IOException {
    LayerBytes image = clean("1").file("var/log/a", "1").file("run/a", "1");
    assertThat(found(image, Optional.empty(), Set.of("logs", "var")))
        .containsExactly("run-tmp run/a: left by the build in /run");
  }

  @Test
  void aRuleThatIsNotKnownIsRefused() {
    assertThatThrownBy(() -> Lint.requireKnown(Set.of("log")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected one of the rules machine-id, secrets, var-run, ")
        .hasMessageEndingWith("got \"log\"");
  }

  @Test
  void eachRuleSaysWhatItIsAbout() {
    assertThat(Lint.RULES).extracting(Rule::name).doesNotHaveDuplicates();
    assertThat(Lint.RULES)
        .allSatisfy(
            rule -> {
              assertThat(rule.name()).matches("[a-z0-9-]+");
              assertThat(rule.title()).endsWith(".");
            });
  }
}
