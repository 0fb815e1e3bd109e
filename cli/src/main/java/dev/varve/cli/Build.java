package dev.varve.cli;

import dev.varve.cli.PreviousOptions.Found;

/**
 * What an image is called that is about to be published, and what it is planned with.
 *
 * @param tag its version tag
 * @param version its version label: the tag, or on a second build of the day the tag with a number
 * @param previous the image that clients have
 */
record Build(String tag, String version, Found previous) {}
