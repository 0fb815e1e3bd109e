package dev.varve.runner.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.core.plan.Groups;
import dev.varve.core.plan.PlanState;
import dev.varve.core.tar.TarEntry;
import dev.varve.runner.RechunkResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Images of every kind, whose files the engine keeps. */
final class BuiltinEngineTest extends EngineFixture {
  @Test
  void theOutputEqualsTheSource() throws IOException {
    TestImage image =
        new TestImage()
            .layer()
            .directory("", 0555)
            .directory("etc", 0755)
            .file("etc/passwd", "root")
            .file("etc/gone", "deleted by the next layer")
            .directory("tmp", 01777)
            .file("usr/bin/su", new byte[5_000], 04755, 1_700_000_000)
            .file("usr/bin/ping", "x", "security.capability", "caps", "security.selinux", "label")
            .hardLink("usr/bin/ping6", "usr/bin/ping")
            .file("usr/lib/caf\uDCE9", "bytes")
            .file("usr/lib/früh", "")
            .file("opt/app/a", "a", "user.component", "app")
            .layer()
            .file("etc/.wh.gone", "")
            .file("etc/passwd", "root, and others")
            .symlink("bin", "usr/bin")
            .symlink("usr/lib/" + "long".repeat(60), "../" + "target/".repeat(40))
            .add("dev/null", TarEntry.Type.CHARACTER_DEVICE, 0666, 0, "", new byte[0])
            .add("run/pipe", TarEntry.Type.FIFO, 0600, 0, "", new byte[0])
            .directory("var/empty", 0700, "user.note", "kept");

    RechunkResult result = bench.rechunk(image, "dest", VERIFIED);

    assertThat(result.verified()).isTrue();
    assertThat(bench.differences("build", "dest")).isEmpty();
    assertThat(bench.paths("dest")).contains("usr/lib/caf\uDCE9").doesNotContain("etc/gone");
  }

  @Test
  void prunedDirectoriesAreRemovedWithTheirContents() throws IOException {
    bench.rechunk(
        image(), "dest", request -> request.prune("/usr/lib").prune("opt/file").prune("nowhere"));

    assertThat(bench.differences("build", "dest"))
        .containsExactly(
            "/opt/file: only in the first",
            "/usr/lib: only in the first",
            "/usr/lib/file: only in the first");
    assertThat(bench.notices).contains("nothing to prune at /nowhere");
  }

  @Test
  void verificationIgnoresPrunedPaths() throws IOException {
    assertThat(bench.rechunk(image(), "dest", r -> r.prune("usr").verify(true)).verified())
        .isTrue();
  }

  @Test
  void theMaximumOfLayersIsUsed() throws IOException {
    bench.rechunk(image(), "dest", request -> request.maxLayers(3).verify(true));

    assertThat(bench.manifest("dest").layers()).hasSize(3);
  }

  @Test
  void tooFewLayersAreRefusedAndNothingIsPublished() throws IOException {
    assertThatThrownBy(() -> bench.rechunk(image(), "dest", r -> r.maxLayers(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("planning at most 1 layer: 1 is dedicated");
    assertNothingIsAt("dest");
  }

  @Test
  void groupsAreComponents() throws IOException {
    Groups groups = Groups.parse("meta: {docs: {files: [/usr/share/*, /srv/file]}}", "groups.yml");

    RechunkResult result = bench.rechunk(image(), "dest", r -> r.groups(groups).verify(true));

    assertThat(result.image().state().components())
        .containsKey("group:docs")
        .doesNotContainKeys("dir:/srv", "dir:/usr/share/doc");
  }

  @Test
  void anImageWithoutLayersIsRechunked() throws IOException {
    RechunkResult result = bench.rechunk(new TestImage(), "dest", VERIFIED);

    assertThat(bench.manifest("dest").layers()).isEmpty();
    assertThat(bench.config("dest").labels()).containsEntry("rechunk.chunks", "0");
    assertThat(result.image().state().components()).isEmpty();
    assertThat(bench.rechunk(image(), "next", bench.open("dest"), VERIFIED).reused()).isEmpty();
  }

  @Test
  void anImageOfOnlyDirectoriesHasOneLayer() throws IOException {
    TestImage image =
        new TestImage().layer().directory("a/b", 0700).directory("c", 01777).directory("a", 0711);

    bench.rechunk(image, "dest", request -> request.maxLayers(1).verify(true));

    assertThat(bench.manifest("dest").layers()).hasSize(1);
    assertThat(bench.differences("build", "dest")).isEmpty();
  }

  @Test
  void aConfigWithoutACreationTimeIsAccepted() throws IOException {
    TestImage undated = image().withoutConfig("created");

    RechunkResult first = bench.rechunk(undated, "first", VERIFIED);
    RechunkResult second =
        bench.rechunk(
            image().withoutConfig("created").file("opt/file", "changed"),
            "second",
            bench.open("first"),
            VERIFIED);

    assertThat(first.image().state().images()).containsExactly(0L);
    assertThat(second.image().state().images()).containsExactly(0L, 0L);
    assertThat(second.reused()).hasSize(6);
    assertThat(bench.config("second").json().has("created")).isFalse();
    assertThat(bench.config("second").history().get(0).names())
        .containsExactly("created_by", "comment");
  }

  @Test
  void anUndatedImageHasTheTimeOfItsNewestPackage() throws IOException {
    byte[] database;
    try (InputStream in =
        new GZIPInputStream(
            Files.newInputStream(Path.of("../core/src/test/fixtures/rpmdb/rpmdb.sqlite.gz")))) {
      database = in.readAllBytes();
    }
    TestImage undated =
        image()
            .config("created", "1970-01-01T00:00:00Z")
            .file("usr/share/rpm/rpmdb.sqlite", database, 0644, TestImage.MTIME);

    PlanState state = bench.rechunk(undated, "dest", PLAIN).image().state();

    assertThat(state.packages()).isNotEmpty();
    assertThat(state.images()).containsExactly(state.clamp()).doesNotContain(0L);
  }

  @Test
  void aDamagedPackageDatabaseIsRefusedUnlessPackagesAreIgnored() throws IOException {
    TestImage damaged =
        image().file("usr/share/rpm/rpmdb.sqlite", new byte[5000], 0644, TestImage.MTIME);

    assertThatThrownBy(() -> bench.rechunk(damaged, "dest", PLAIN))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("reading the RPM database /usr/share/rpm/rpmdb.sqlite: expected");

    PlanState state =
        bench
            .rechunk(damaged, "dest", request -> request.withoutPackages().verify(true))
            .image()
            .state();

    assertThat(state.packages()).isEmpty();
    assertThat(bench.notices)
        .contains(
            "the RPM database /usr/share/rpm/rpmdb.sqlite is not read, as asked: components come"
                + " from extended attributes, groups, big files and directories");
  }

  @Test
  void anEncapsulatedImageBecomesAPlainImage() throws IOException {
    TestImage encapsulated =
        new TestImage()
            .labels(
                Map.of("ostree.commit", "c", "ostree.final-diffid", "d", "ostree.bootable", "1"))
            .layer()
            .file("sysroot/ostree/repo/objects/aa/bb.file", "bash")
            .hardLink("usr/bin/bash", "sysroot/ostree/repo/objects/aa/bb.file")
            .symlink("ostree", "sysroot/ostree");

    RechunkResult result = bench.rechunk(encapsulated, "dest", VERIFIED);

    assertThat(result.verified()).isTrue();
    assertThat(bench.paths("dest"))
        .containsExactly("ostree", "sysroot", "usr", "usr/bin", "usr/bin/bash");
    assertThat(bench.config("dest").labels())
        .containsOnlyKeys("ostree.bootable", "rechunk.version", "rechunk.chunks");
  }
}
