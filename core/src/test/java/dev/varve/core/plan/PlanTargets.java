package dev.varve.core.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.fuzz.FuzzTarget;
import dev.varve.core.fuzz.FuzzTargets;
import java.io.IOException;
import java.util.List;

/** The parsers of groups files and states. */
public final class PlanTargets implements FuzzTargets {
  private static final String HASH = "ab".repeat(32);

  private static final String STATE =
      """
      {"formatVersion":1,"mtimes":"preserved",
      "previous":{"image":"sha256:%1$s","state":{"mediaType":"a/b","digest":"sha256:%1$s","size":3}},
      "clamp":1700000000,"compression":"zstd:6","compressor":"zstd-jni 1","images":[1700000000],
      "layers":[{"diffId":"sha256:%1$s","size":1024,"components":["rpm:bash","rest"]}],
      "packages":{"bash":"5.2-1"},
      "components":[{"name":"rpm:bash","hash":"%1$s","size":9,"since":1,"changed":[2,3]}]}"""
          .formatted(HASH);

  @Override
  public List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.ofText(
            "groups",
            PlanTargets::readGroups,
            """
            meta:
              kernel:
                packages: [kernel-*, "linux-firmware*"]
              fonts:
                dedicated: false
                files:
                  - /usr/share/fonts/**
                  - /usr/lib/[!a-c]?.so
            """,
            "{meta: {}}"),
        FuzzTarget.ofText("state", PlanTargets::readState, STATE));
  }

  private static void readGroups(byte[] file) throws IOException {
    Groups groups = Groups.parse(new String(file, UTF_8), "it");
    groups.ofPackage("kernel-core").ifPresent(group -> assertThat(group.name()).isNotNull());
    groups.ofFile("usr/share/fonts/a.ttf");
    groups.ofFile("usr/lib/" + "a".repeat(200));
  }

  private static void readState(byte[] json) throws IOException {
    PlanState state = PlanState.parse(json, "it");
    PlanState again = PlanState.parse(state.toJson().toBytes(), "it");
    assertThat(again).isEqualTo(state);
    state.components().values().forEach(PlanState.ComponentState::lastChanged);
  }
}
