package dev.varve.runner.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChunkVariablesTest {
  @ParameterizedTest
  @CsvSource({
    "containers-storage:localhost/os:latest, os_latest",
    "containers-storage:os, os",
    "docker://localhost:5000/me/os:41@sha256:abc, os_41_sha256_abc",
    "oci:/var/tmp/my os:tag, my_os_tag",
    "oci-archive:$(touch x).tar, image__touch_x_.tar",
    "oci:-rf, image-rf",
    "rootfs:/, image",
  })
  void theOutputIsCalledWhatNoScriptMinds(String reference, String name) {
    assertThat(ChunkVariables.outName(reference)).isEqualTo(name);
  }
}
