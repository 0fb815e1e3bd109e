package dev.varve.core.rootfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import dev.varve.core.image.ImageConfig;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The parsers of the mount table and of podman's output. */
public final class RootfsTargets implements FuzzTargets {
  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "mount-table",
            RootfsTargets::readMounts,
            """
            36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
            37 35 0:5 / /mnt/a\\040b\\011c rw - btrfs /dev/loop0 rw
            """),
        FuzzTarget.ofText(
            "podman-inspect",
            RootfsTargets::readInspected,
            """
            {"Id":"ab","Created":"2025-01-01T00:00:00Z","Architecture":"amd64","Os":"linux",
            "Size":9,"Config":{"Labels":{"a":"b"}},"Healthcheck":{"Test":["CMD","true"]},
            "RootFS":{"Layers":["sha256:%s"]},"History":[{"created_by":"x"}]}"""
                .formatted("ab".repeat(32))));
  }

  private static void readMounts(byte[] table) throws IOException {
    MountTable mounts = MountTable.parse(LosslessUtf8.decode(table));
    Path mnt = Path.of("/mnt");
    assertThat(mounts.below(mnt)).hasSizeLessThanOrEqualTo(mounts.mounts().size());
    mounts.at(mnt);
    mounts.namesBelow("/mnt".getBytes(UTF_8));
    mounts.elsewhere(mounts.mounts().stream().map(MountTable.Mount::source).toList(), mnt);
  }

  private static void readInspected(byte[] json) throws IOException {
    ImageConfig config = PodmanStorage.config(JsonObject.parse(json, "it"));
    config.platform();
    config.created();
    config.labels();
    config.diffIds();
    config.history();
  }
}
