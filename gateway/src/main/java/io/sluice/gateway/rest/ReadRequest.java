package io.sluice.gateway.rest;

import io.sluice.gateway.query.Page;

/** What a read's headers ask for. */
record ReadRequest(Representation representation, Preferences preferences, Page range) {}
