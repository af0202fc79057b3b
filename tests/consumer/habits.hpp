#pragma once

bool habits_hold();
