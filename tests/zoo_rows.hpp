#pragma once

// Published sizes and FLOPs of the zoo's models, written once: tests/static/zoo.cpp asserts the rows at compile time,
// tests/golden/zoo.test.cpp runs them. A failing row means that the library no longer counts that model as its
// publisher or the named tools do: the library is wrong, not the row.

#include "moetric/account/cache.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace zoo_rows {

using moetric::causal_rule;
using moetric::count;
using moetric::term;

struct parameter_row {
  char const* id;
  count total, active, active_without_input_embedding, non_embedding, active_non_embedding, active_matmul, mtp;
};

// Source: tests/data/models.json; those of models-more.json are checked at run time. Totals are the exact sums of the
// publishers' stored tensors (Hugging Face safetensors metadata) without vision towers and duplicates; if the exact
// total is not published, the sum over tensor shapes, which agrees with the rounded one. Active counts agree with the
// published rounded ones, some of which leave out embeddings: 12.9B (Mixtral), 3.3B (Qwen3), 1.3B (OLMoE), 37B
// (DeepSeek-V3, whose MTP module is 11.6B without 0.9B of its own embedding and head). All other counts follow from the
// same tensor lists.
inline constexpr parameter_row parameters[] = {
    {"gpt-2", 124'439'808, 124'439'808, 123'653'376, 85'056'000, 85'056'000, 123'532'032, 0},
    {"gpt-2-medium", 354'823'168, 354'823'168, 353'774'592, 302'311'424, 302'311'424, 353'453'056, 0},
    {"gpt-2-xl", 1'557'611'200, 1'557'611'200, 1'555'972'800, 1'475'561'600, 1'475'561'600, 1'554'971'200, 0},
    {"gpt-3", 174'604'259'328, 174'604'259'328, 174'579'093'504, 173'961'535'488, 173'961'535'488, 174'563'733'504, 0},
    {"gpt-oss-20b", 20'914'757'184, 4'187'440'704, 3'608'307'264, 19'756'490'304, 3'029'173'824, 3'607'142'400, 0},
    {"gpt-j-6b", 6'050'882'784, 6'050'882'784, 5'844'444'384, 5'638'005'984, 5'638'005'984, 5'843'582'976, 0},
    {"gpt-neox-20b", 20'554'567'680, 20'554'567'680, 20'244'713'472, 19'934'859'264, 19'934'859'264, 20'241'186'816, 0},
    {"pythia-70m", 70'426'624, 70'426'624, 44'670'976, 18'915'328, 18'915'328, 44'630'016, 0},
    {"pythia-160m", 162'322'944, 162'322'944, 123'689'472, 85'056'000, 85'056'000, 123'568'128, 0},
    {"pythia-1b", 1'011'781'632, 1'011'781'632, 908'759'040, 805'736'448, 805'736'448, 908'328'960, 0},
    {"pythia-1.4b", 1'414'647'808, 1'414'647'808, 1'311'625'216, 1'208'602'624, 1'208'602'624, 1'310'982'144, 0},
    {"pythia-6.9b", 6'857'302'016, 6'857'302'016, 6'650'732'544, 6'444'163'072, 6'444'163'072, 6'649'020'416, 0},
    {"opt-6.7b", 6'658'473'984, 6'658'473'984, 6'650'077'184, 6'444'163'072, 6'444'163'072, 6'648'365'056, 0},
    {"bloom-560m", 559'214'592, 559'214'592, 559'214'592, 302'313'472, 302'313'472, 558'891'008, 0},
    {"bloom-1.7b", 1'722'408'960, 1'722'408'960, 1'722'408'960, 1'208'606'720, 1'208'606'720, 1'721'761'792, 0},
    {"bloom-176b", 176'247'271'424, 176'247'271'424, 176'247'271'424, 172'650'655'744, 172'650'655'744, 176'234'168'320,
     0},
    {"palm-540b", 540'356'474'880, 540'356'474'880, 540'356'474'880, 535'637'882'880, 535'637'882'880, 540'354'281'472,
     0},
    {"falcon-7b", 6'921'720'704, 6'921'720'704, 6'921'720'704, 6'626'251'648, 6'626'251'648, 6'921'420'800, 0},
    {"llama-2-7b", 6'738'415'616, 6'738'415'616, 6'607'343'616, 6'476'271'616, 6'476'271'616, 6'607'077'376, 0},
    {"llama-2-70b", 68'976'648'192, 68'976'648'192, 68'714'504'192, 68'452'360'192, 68'452'360'192, 68'713'185'280, 0},
    {"llama-3-8b", 8'030'261'248, 8'030'261'248, 7'504'924'672, 6'979'588'096, 6'979'588'096, 7'504'658'432, 0},
    {"llama-3-70b", 70'553'706'496, 70'553'706'496, 69'503'033'344, 68'452'360'192, 68'452'360'192, 69'501'714'432, 0},
    {"llama-3.1-405b", 405'853'388'800, 405'853'388'800, 403'752'042'496, 401'650'696'192, 401'650'696'192,
     403'747'897'344, 0},
    {"llama-3.2-1b", 1'235'814'400, 1'235'814'400, 1'235'814'400, 973'146'112, 973'146'112, 1'235'746'816, 0},
    {"llama-4-scout", 107'769'861'120, 17'172'894'720, 16'138'408'960, 105'700'889'600, 15'103'923'200, 16'137'912'320,
     0},
    {"llama-moe-3.5b", 6'740'514'816, 3'494'123'520, 3'363'051'520, 6'478'370'816, 3'231'979'520, 3'360'686'080, 0},
    {"mistral-7b-v0.1", 7'241'732'096, 7'241'732'096, 7'110'660'096, 6'979'588'096, 6'979'588'096, 7'110'393'856, 0},
    {"mistral-small-24b-2501", 23'572'403'200, 23'572'403'200, 22'901'314'560, 22'230'225'920, 22'230'225'920,
     22'900'899'840, 0},
    {"mixtral-8x7b", 46'702'792'704, 12'879'925'248, 12'748'853'248, 46'440'648'704, 12'617'781'248, 12'748'587'008, 0},
    {"qwen1.5-moe-a2.7b", 14'315'784'192, 2'689'173'504, 2'378'008'576, 13'693'454'336, 2'066'843'648, 2'377'760'768,
     0},
    {"qwen2.5-0.5b", 494'032'768, 494'032'768, 494'032'768, 357'898'112, 357'898'112, 493'961'216, 0},
    {"qwen2.5-3b", 3'085'938'688, 3'085'938'688, 3'085'938'688, 2'774'773'760, 2'774'773'760, 3'085'697'024, 0},
    {"qwen2.5-7b", 7'615'616'512, 7'615'616'512, 7'070'619'136, 6'525'621'760, 6'525'621'760, 7'070'285'824, 0},
    {"qwen2.5-32b", 32'763'876'352, 32'763'876'352, 31'985'308'672, 31'206'740'992, 31'206'740'992, 31'984'189'440, 0},
    {"qwen3-0.6b", 596'049'920, 596'049'920, 596'049'920, 440'467'456, 440'467'456, 595'984'384, 0},
    {"qwen3-4b", 4'022'468'096, 4'022'468'096, 4'022'468'096, 3'633'511'936, 3'633'511'936, 4'022'272'000, 0},
    {"qwen3-8b", 8'190'735'360, 8'190'735'360, 7'568'405'504, 6'946'075'648, 6'946'075'648, 7'568'097'280, 0},
    {"qwen3-30b-a3b", 30'532'122'624, 3'353'032'704, 3'041'867'776, 29'909'792'768, 2'730'702'848, 3'041'656'832, 0},
    {"qwen3-next-80b-a3b", 79'674'391'296, 3'874'929'408, 3'563'764'480, 79'052'061'440, 3'252'599'552, 3'562'373'120,
     1'650'471'424},
    {"qwen3.5-27b", 26'895'998'464, 26'895'998'464, 25'624'600'064, 24'353'201'664, 24'353'201'664, 25'621'954'560,
     424'699'392},
    {"qwen3.5-35b-a3b", 34'660'610'688, 3'454'988'928, 2'946'429'568, 33'643'491'968, 2'437'870'208, 2'945'269'760,
     844'640'768},
    {"gemma-2b", 2'506'172'416, 2'506'172'416, 2'506'172'416, 1'981'884'416, 1'981'884'416, 2'506'096'640, 0},
    {"gemma-2-2b", 2'614'341'888, 2'614'341'888, 2'614'341'888, 2'024'517'888, 2'024'517'888, 2'614'099'968, 0},
    {"gemma-2-27b", 27'227'128'320, 27'227'128'320, 27'227'128'320, 26'047'480'320, 26'047'480'320, 27'226'275'840, 0},
    {"gemma-3-270m", 268'098'176, 268'098'176, 268'098'176, 100'326'016, 100'326'016, 268'042'240, 0},
    {"gemma-3-1b", 999'885'952, 999'885'952, 999'885'952, 697'896'064, 697'896'064, 999'751'680, 0},
    {"gemma-3-4b", 3'880'263'168, 3'880'263'168, 3'880'263'168, 3'209'010'688, 3'209'010'688, 3'879'895'040, 0},
    {"gemma-3-27b", 27'009'346'304, 27'009'346'304, 27'009'346'304, 25'599'716'096, 25'599'716'096, 27'007'991'808, 0},
    {"gemma-4-26b-a4b", 25'233'141'790, 3'822'530'590, 3'822'530'590, 24'494'944'286, 3'084'333'086, 3'821'830'144, 0},
    {"gemma-4-31b", 30'697'345'340, 30'697'345'340, 30'697'345'340, 29'288'059'196, 29'288'059'196, 30'696'013'824, 0},
    {"phi-2", 2'779'683'840, 2'779'683'840, 2'648'611'840, 2'517'539'840, 2'517'539'840, 2'647'654'400, 0},
    {"phi-3.5-moe", 41'873'153'344, 6'640'999'744, 6'509'665'600, 41'610'485'056, 6'378'331'456, 6'508'773'376, 0},
    {"phi-4", 14'659'507'200, 14'659'507'200, 14'145'704'960, 13'631'902'720, 13'631'902'720, 14'145'290'240, 0},
    {"phi-4-mini", 3'836'021'760, 3'836'021'760, 3'836'021'760, 3'221'425'152, 3'221'425'152, 3'835'822'080, 0},
    {"olmo-2-7b", 7'298'617'344, 7'298'617'344, 6'887'575'552, 6'476'533'760, 6'476'533'760, 6'887'047'168, 0},
    {"olmoe-1b-7b", 6'919'161'856, 1'282'017'280, 1'178'994'688, 6'713'116'672, 1'075'972'096, 1'178'861'568, 0},
    {"smollm2-135m", 134'515'008, 134'515'008, 134'515'008, 106'203'456, 106'203'456, 134'479'872, 0},
    {"smollm3-3b", 3'075'098'624, 3'075'098'624, 3'075'098'624, 2'812'430'336, 2'812'430'336, 3'074'949'120, 0},
    {"deepseek-moe-16b", 16'375'728'128, 2'828'650'496, 2'618'935'296, 15'956'297'728, 2'409'220'096, 2'618'818'560, 0},
    {"deepseek-v2-lite", 15'706'484'224, 2'661'150'208, 2'451'435'008, 15'287'053'824, 2'241'719'808, 2'451'308'544, 0},
    {"deepseek-v3", 671'026'419'200, 37'552'297'472, 36'625'618'432, 669'173'061'120, 35'698'939'392, 36'624'596'992,
     11'610'068'224},
    {"deepseek-v3.2", 671'877'944'064, 38'403'822'336, 37'477'143'296, 670'024'585'984, 36'550'464'256, 37'476'106'240,
     11'624'027'648},
    {"deepseek-v4-flash", 284'332'240'471, 13'799'632'471, 13'270'101'591, 283'273'178'711, 12'740'570'711,
     13'234'339'840, 6'610'048'891},
    {"moonlight-16b-a3b", 15'960'110'208, 2'914'776'192, 2'579'231'872, 15'289'021'568, 2'243'687'552, 2'579'103'744,
     0},
    {"kimi-linear-48b-a3b", 49'122'681'728, 3'484'459'904, 3'106'972'544, 48'367'707'008, 2'729'485'184, 3'105'767'424,
     0},
    {"glm-4.5", 352'797'829'024, 33'632'266'144, 32'856'319'904, 351'245'936'544, 32'080'373'664, 32'854'016'000,
     3'988'069'792},
    {"glm-4.7-flash", 29'943'393'920, 3'896'766'080, 3'579'571'840, 29'309'005'440, 3'262'377'600, 3'579'314'176,
     643'706'176},
    {"minimax-m1", 456'089'655'296, 48'403'306'496, 47'174'113'280, 453'631'268'864, 45'944'920'064, 47'172'550'656, 0},
    {"minimax-m3", 426'174'572'928, 25'962'473'856, 24'733'280'640, 423'716'186'496, 23'504'087'424, 24'732'499'968, 0},
    {"ling-mini-2.0", 16'255'643'392, 1'432'973'056, 1'111'060'224, 15'611'817'728, 789'147'392, 1'110'966'272, 0},
    {"hunyuan-large", 388'698'126'080, 51'318'798'080, 51'318'798'080, 387'875'649'280, 50'496'321'280, 51'317'964'800,
     0},
    {"hunyuan-a13b", 80'393'183'232, 12'747'448'320, 12'747'448'320, 79'868'211'200, 12'222'476'288, 12'747'173'888, 0},
    {"hy3", 295'033'543'488, 20'675'730'240, 20'180'802'368, 294'043'687'744, 19'685'874'496, 20'180'107'264,
     3'752'612'288},
    {"ernie-4.5-21b-a3b", 21'825'437'888, 3'352'150'208, 3'352'150'208, 21'560'672'448, 3'087'384'768, 3'352'002'560,
     0},
    {"mimo-v2-flash", 308'778'780'864, 15'445'936'320, 14'820'985'024, 307'528'878'272, 14'196'033'728, 14'820'573'184,
     987'820'224},
    {"step-3.5-flash", 196'956'130'368, 11'987'323'968, 11'459'365'952, 195'900'214'336, 10'931'407'936, 11'458'969'600,
     844'296'960},
    // The mean of 8 experts: 4 of 37'748'736 weights in 28 layers fewer than the 12 of models.json; published as 27B
    {"longcat-flash", 560'664'980'480, 27'954'818'048, 27'149'511'680, 559'054'367'744, 26'344'205'312, 27'148'681'216,
     392'593'408},
    {"nemotron-h-56b", 56'324'350'464, 56'324'350'464, 55'250'608'640, 54'176'866'816, 54'176'866'816, 55'243'177'984,
     0},
    {"nemotron-nano-9b-v2", 8'888'227'328, 8'888'227'328, 8'301'024'768, 7'713'822'208, 7'713'822'208, 8'298'823'680,
     0},
    {"nemotron-3-nano-30b-a3b", 31'577'940'288, 3'580'076'352, 3'227'754'816, 30'873'297'216, 2'875'433'280,
     3'226'804'224, 0},
    {"granite-3.0-1b-a400m", 1'334'628'352, 428'658'688, 428'658'688, 1'284'293'632, 378'323'968, 428'608'512, 0},
    {"granite-4.0-h-small", 32'207'337'984, 8'803'121'664, 8'803'121'664, 31'796'296'192, 8'392'079'872, 8'800'960'512,
     0},
    {"jamba-v0.1", 51'570'323'328, 12'110'311'296, 11'841'875'840, 51'033'452'416, 11'573'440'384, 11'836'325'888, 0},
    {"jetmoe-8b", 8'522'237'952, 2'331'445'248, 2'331'445'248, 8'456'701'952, 2'265'909'248, 2'331'246'592, 0},
    {"arctic", 478'584'608'768, 17'318'647'808, 17'089'271'808, 478'125'856'768, 16'859'895'808, 17'088'512'000, 0},
    {"dbrx", 131'596'523'520, 36'469'708'800, 35'853'146'112, 130'363'398'144, 35'236'583'424, 35'852'648'448, 0},
    {"grok-1", 315'684'820'992, 83'756'587'008, 83'756'587'008, 314'879'514'624, 82'951'280'640, 83'755'008'000, 0},
    {"switch-base-8", 619'339'008, 222'977'280, 222'977'280, 594'664'704, 198'302'976, 222'928'896, 0},
    {"trinity-nano", 6'120'003'328, 1'023'923'968, 818'927'360, 5'710'010'112, 613'930'752, 818'675'712, 0},
    {"trinity-mini", 26'123'974'400, 3'474'732'800, 3'064'739'584, 25'303'987'968, 2'654'746'368, 3'064'463'360, 0},
    {"laguna-xs.2", 33'442'617'088, 3'017'135'872, 2'811'614'976, 33'031'575'296, 2'606'094'080, 2'811'428'864, 0},
    {"lfm2-1.2b", 1'170'340'608, 1'170'340'608, 1'170'340'608, 1'036'122'880, 1'036'122'880, 1'170'210'816, 0},
};

constexpr bool holds(parameter_row const& row) {
  moetric::zoo::listed_model const* const found = moetric::zoo::find(row.id);
  if (found == nullptr) return false;
  moetric::parameter_counts const got = count_parameters(*found->value);
  return got.total == row.total && got.active == row.active &&
         got.active_without_input_embedding == row.active_without_input_embedding &&
         got.non_embedding == row.non_embedding && got.active_non_embedding == row.active_non_embedding &&
         got.active_matmul == row.active_matmul && got.mtp == row.mtp;
}

// Published totals that differ from the totals above, with their composition of stored tensors.
struct published_row {
  char const* id;
  count total;
  char const* composition;
};
inline constexpr published_row published_totals[] = {
    {"llama-2-7b", 6'738'417'664, "main + rotary_frequencies"},
    {"llama-2-70b", 68'976'653'312, "main + rotary_frequencies"},
    {"llama-4-scout", 108'641'793'536, "main + vision"},
    {"qwen3-0.6b", 751'632'384, "main + tied_head_copy"},
    {"qwen3-next-80b-a3b", 81'324'862'720, "main + mtp"},
    {"qwen3.5-27b", 27'356'728'560, "main + vision"},
    {"qwen3.5-27b", 27'781'427'952, "main + mtp + vision"},
    {"qwen3.5-35b-a3b", 35'107'181'936, "main + vision"},
    {"qwen3.5-35b-a3b", 35'951'822'704, "main + mtp + vision"},
    {"gemma-3-4b", 4'300'079'472, "main + vision"},
    {"gemma-3-27b", 27'432'406'640, "main + vision"},
    {"gemma-4-26b-a4b", 25'805'936'206, "main + vision"},
    {"deepseek-v3", 684'489'845'504, "main + mtp + mtp_embed_copy + mtp_head_copy"},
    {"deepseek-v3", 684'531'386'000, "main + mtp + mtp_embed_copy + mtp_head_copy + fp8_scales"},
    {"deepseek-v3.2", 685'355'329'792, "main + mtp + mtp_embed_copy + mtp_head_copy"},
    {"deepseek-v3.2", 685'396'921'376, "main + mtp + mtp_embed_copy + mtp_head_copy + fp8_scales"},
    {"deepseek-v4-flash", 290'944'616'402, "main + mtp + hash_tables"},
    {"moonlight-16b-a3b", 15'960'111'936, "main + rotary_frequencies"},
    {"glm-4.5", 358'337'791'296, "main + mtp + mtp_embed_copy + mtp_head_copy"},
    {"glm-4.7-flash", 31'221'488'576, "main + mtp + mtp_embed_copy + mtp_head_copy"},
    {"minimax-m3", 427'040'140'160, "main + vision"},
    {"hy3", 298'786'155'776, "main + mtp"},
    {"step-3.5-flash", 199'384'301'376, "main + mtp + mtp_head_copy"},
    {"longcat-flash", 561'862'880'256, "main + mtp + mtp_embed_copy"},
    {"nemotron-3-nano-30b-a3b", 31'577'937'344, "main - router_correction_bias"},
};

// Models whose exact total is not published, with the rounded total (none for gemma-4-31b).
struct rounded_row {
  char const* id;
  count total;
};
inline constexpr rounded_row rounded_totals[] = {
    {"gpt-3", 175'000'000'000},
    {"palm-540b", 540'350'000'000},
    {"llama-moe-3.5b", 6'740'000'000},
    {"hunyuan-large", 389'000'000'000},
    {"mimo-v2-flash", 309'000'000'000},
    {"nemotron-h-56b", 56'000'000'000},
    {"jetmoe-8b", 8'500'000'000},
    {"arctic", 480'000'000'000},
    {"grok-1", 314'000'000'000},
    {"switch-base-8", 619'000'000},
    {"trinity-nano", 6'120'000'000},
    {"trinity-mini", 26'000'000'000},
    {"gemma-4-31b", 0},
    {"opt-175b", 175'000'000'000},
    {"jamba-1.5-large", 398'000'000'000},
    {"granite-3.0-3b-a800m", 3'300'000'000},
    {"nemotron-3-ultra-550b-a55b", 550'000'000'000},
};

// Layers with a window: their number, and how many keys a query attends to. Totals do not depend on it. Source: the
// published config.json files (layer_types, sliding_window and similar keys).
struct span_row {
  char const* id;
  count layers, keys;
};
inline constexpr span_row spans[] = {
    {"gpt-oss-20b", 12, 128},      {"mistral-7b-v0.1", 32, 4096},
    {"gemma-2-2b", 13, 4096},      {"gemma-2-27b", 23, 4096},
    {"gemma-3-1b", 22, 512},    // 26 layers, every sixth global: 4
    {"gemma-3-4b", 29, 1024},   // 34 layers: 5
    {"gemma-3-27b", 52, 1024},  // 62 layers: 10
    {"gemma-4-26b-a4b", 25, 1024}, {"gemma-4-31b", 50, 1024},
    {"mimo-v2-flash", 39, 128},   // 48 layers: 9
    {"step-3.5-flash", 33, 512},  // 45 layers, layers 0, 4, 8 ... global: 12
    {"laguna-xs.2", 30, 512},     // 40 layers, layers 0, 4, 8 ... global: 10
    {"gpt-oss-120b", 18, 128},     {"gemma-2-9b", 21, 4096},
    {"gemma-3-12b", 40, 1024},  // 48 layers: 8
    {"phi-3-mini-4k", 32, 2047},   {"llama-4-maverick", 36, 8192},
    {"laguna-s-2.1", 36, 512},    // 48 layers, layers 0, 4, 8 ... global: 12
    {"trinity-large", 45, 4096},  // 60 layers: 15
    {"glm-5", 78, 2048},           {"glm-5.2", 78, 2048},
    {"trinity-nano", 42, 2048},                               // 56 layers, layers 3, 7, 11 ... global: 14
    {"trinity-mini", 24, 2048},                               // 32 layers: 8
    {"deepseek-v3.2", 61, 2048},   {"minimax-m3", 57, 2048},  // 16 blocks of 128, not in the first three layers
};

// Training FLOPs per token as published tools count them. Half of the causal square: MaxText prints all three numbers,
// Megatron-LM and Megatron-Bridge the dense two. The full square: llm-analysis prints the dense two. The exact triangle
// lies between: (s + 1)/2 keys per query on average.
struct training_row {
  char const* id;
  count length;
  causal_rule causal;
  count flops_per_token;
};
inline constexpr training_row training[] = {
    {"gpt-3", 2048, causal_rule::half, 1'061'877'915'648},
    {"gpt-3", 2048, causal_rule::exact, 1'061'884'993'536},
    {"gpt-3", 2048, causal_rule::full, 1'076'373'430'272},
    {"llama-3-8b", 8192, causal_rule::half, 51'470'401'536},
    {"llama-3-8b", 8192, causal_rule::exact, 51'471'187'968},
    {"llama-3-8b", 8192, causal_rule::full, 57'912'852'480},
    {"deepseek-v3", 4096, causal_rule::half, 250'449'887'232},
    {"deepseek-v3", 4096, causal_rule::exact, 250'457'382'912},
    {"deepseek-v3", 4096, causal_rule::full, 281'152'192'512},
};

constexpr bool holds(training_row const& row) {
  moetric::zoo::listed_model const* const found = moetric::zoo::find(row.id);
  if (found == nullptr) return false;
  return training_flops_per_token(*found->value, {row.length, row.causal}) == row.flops_per_token;
}

// Forward FLOPs per token, term by term. Terms that are not listed are 0.
struct term_row {
  char const* id;
  count length;
  bool mtp;  // of the MTP modules instead of the model
  struct {
    term which;
    count flops_per_token;
  } terms[8];
};
inline constexpr term_row forward_terms[] = {
    {"gpt-3",
     2048,
     false,
     {{term::attention_projections, 115'964'116'992},
      {term::attention_core, 4'831'838'208},
      {term::dense_ffn, 231'928'233'984},
      {term::output_head, 1'235'116'032}}},
    {"llama-3-8b",
     8192,
     false,
     {{term::attention_projections, 2'684'354'560},
      {term::attention_core, 2'147'483'648},
      {term::dense_ffn, 11'274'289'152},
      {term::output_head, 1'050'673'152}}},
    {"deepseek-v3",
     4096,
     false,
     {{term::attention_projections, 22'826'844'160},
      {term::attention_core, 10'234'101'760},
      {term::dense_ffn, 2'378'170'368},
      {term::routed_experts, 40'869'298'176},
      {term::shared_experts, 5'108'662'272},
      {term::router, 212'860'928},
      {term::output_head, 1'853'358'080}}},
    // The tools print one number for the MTP module's feed-forward, 792723456: 8 routed experts and a shared expert of
    // equal width, hence eight ninths and one ninth.
    {"deepseek-v3",
     4096,
     true,
     {{term::attention_projections, 374'210'560},
      {term::attention_core, 167'772'160},
      {term::routed_experts, 704'643'072},
      {term::shared_experts, 88'080'384},
      {term::router, 3'670'016},
      {term::mtp_projection, 205'520'896},
      {term::output_head, 1'853'358'080}}},
};

constexpr bool holds(term_row const& row) {
  moetric::zoo::listed_model const* const found = moetric::zoo::find(row.id);
  if (found == nullptr) return false;
  moetric::flops const got = row.mtp ? mtp_forward_flops(*found->value, {.length = row.length})
                                     : forward_flops(*found->value, {.length = row.length});
  moetric::term_sheet<> expected;
  for (auto const& [which, flops_per_token] : row.terms) {
    if (flops_per_token == 0) continue;
    expected[which] = flops_per_token * row.length;
    if (got.per_token(which) != flops_per_token) return false;
  }
  for (std::size_t i = 0; i != moetric::n_terms; ++i)
    if (got.by_term.amounts[i] != expected.amounts[i]) return false;
  return true;
}

// Key-value cache in bytes per token over all layers, in bf16 and with one byte per element.
struct cache_row {
  char const* id;
  count bytes_bf16, bytes_fp8;
};
inline constexpr cache_row caches[] = {
    {"gpt-3", 4'718'592, 2'359'296},
    {"llama-3-8b", 131'072, 65'536},
    {"deepseek-v3", 70'272, 35'136},  // 576 elements x 61 layers
};

constexpr bool holds(cache_row const& row) {
  moetric::zoo::listed_model const* const found = moetric::zoo::find(row.id);
  if (found == nullptr) return false;
  return kv_cache_bytes_per_token(*found->value) == row.bytes_bf16 &&
         kv_cache_bytes_per_token(*found->value, 1) == row.bytes_fp8;
}

}  // namespace zoo_rows
