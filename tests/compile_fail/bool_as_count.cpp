// error: conversion from .*bool.* to .*count.* requested|no viable conversion from 'bool'
#include "moetric/core/count.hpp"

// n_experts = true is a slip, not one expert.
constexpr moetric::count n_experts = WRONG(true, 1);
static_assert(n_experts == 1);
