--[[ Lets through only what a page may hold.

Runs before every other filter. Raw blocks come out as visible text, save the data of an interactive chart; links
lead to the web, to mail or to a page of this report; pictures lie in the page's own folder; attributes are those
that the constructs use.
]]

local stringify = pandoc.utils.stringify

local CHART = '^%s*(<script type="application/json" class="vega%-lite" data%-figure="([%w_%-]+)">)(.-)</script>%s*$'
local KEPT_ATTRIBUTES = { ["fig-alt"] = true, title = true, collapse = true, ["layout-ncol"] = true }
local DOWNLOADS = { bib = true, csv = true, docx = true, json = true, pdf = true, xlsx = true }
local NAME_OF_EQUATION = '^%s*{#(eq%-[%w_%-]+)%s+alt="([^"]+)"}%s*$'

local pages, profile = {}, "public"
local loose = 0 -- formulae, and pictures that are no figure's

local function is_json(text)
  local read, value = pcall(pandoc.json.decode, text, false)
  return read and type(value) == "table" and not text:lower():find("</script", 1, true)
end

local function raw_block(raw)
  local opening, _, spec = raw.text:match(CHART)
  if raw.format == "html" and opening and is_json(spec) then
    return pandoc.RawBlock("html", opening .. spec:gsub("<", "\\u003c") .. "</script>")
  end
  return pandoc.CodeBlock(raw.text)
end

-- A file that stands beside the pages, such as `tables/name.csv`.
local function is_download(target)
  local ending = target:match("^[%w_][%w_%-]*%.(%a+)$") or target:match("^tables/[%w_][%w_%-]*%.(%a+)$")
  return ending and DOWNLOADS[ending]
end

local function allowed_target(target)
  if is_download(target) then return true end
  local page = target:match("^([%w_%-]+)%.html")
  return target:match("^https?://") or target:match("^mailto:") or target:match("^#[^%s]+$") or (page and pages[page])
end

local function link(element)
  if not allowed_target(element.target) then return element.content end
  return pandoc.Link(element.content, element.target)
end

local function image(element)
  local path = element.src
  if path:match("^figures/[%w_%-][%w_%.%-]*%.svg$") or path:match("^figures/[%w_%-][%w_%.%-]*%.png$") then
    local alt = element.attributes["fig-alt"] or ""
    element.attributes = { ["fig-alt"] = alt ~= "" and alt or stringify(element.caption) }
    element.title = ""
    loose = loose + 1
    return element
  end
  return pandoc.Emph(element.caption)
end

local function keep_known(element)
  for name in pairs(element.attributes) do
    if not KEPT_ATTRIBUTES[name] then element.attributes[name] = nil end
  end
  return element
end

-- What is meant for one profile only; any other condition cannot be judged here, and what it guards stays out.
local function is_for_this_profile(element)
  for name, value in pairs(element.attributes) do
    if name ~= "when-profile" or value ~= profile then return false end
  end
  return element.attributes["when-profile"] ~= nil
end

local function box(div)
  if div.classes:includes("content-hidden") then return {} end
  if div.classes:includes("content-visible") then return is_for_this_profile(div) and div.content or {} end
  return keep_known(div)
end

local function words(span)
  if span.classes:includes("content-visible") or span.classes:includes("content-hidden") then return {} end
  return keep_known(span)
end

local function equation(paragraph)
  local formula = paragraph.content[1]
  if not (formula and formula.t == "Math" and formula.mathtype == "DisplayMath") then return nil end
  local rest = pandoc.Inlines({ table.unpack(paragraph.content, 2) })
  local name, alt = stringify(rest):match(NAME_OF_EQUATION)
  if not name then return nil end
  return pandoc.Div({ pandoc.Plain({ formula }) }, pandoc.Attr(name, { "equation" }, { alt = alt })), false
end

-- Mathematics anywhere else was meant as text: amounts of money, as a rule.
local function as_text(math)
  local sign = math.mathtype == "DisplayMath" and "$$" or "$"
  return pandoc.Str(sign .. math.text .. sign)
end

local function is_picture(figure)
  local only = figure.content[1] and figure.content[1].content and figure.content[1].content[1]
  return only and only.t == "Image"
end

-- A figure holds one picture; a picture anywhere else gives way to its caption. An equation holds one formula.
local figures_and_equations = {
  traverse = "topdown",
  Para = equation,
  Math = as_text,
  Figure = function(figure)
    if is_picture(figure) then return figure, false end
    return pandoc.Para(pandoc.utils.blocks_to_inlines(figure.content))
  end,
  Image = function(image)
    return pandoc.Emph(image.caption)
  end,
}

function Pandoc(doc)
  for _, name in ipairs(doc.meta.pages or {}) do pages[stringify(name)] = true end
  profile = stringify(doc.meta.profile or "public")
  doc = doc:walk({
    RawBlock = raw_block,
    RawInline = function(raw) return pandoc.Code(raw.text) end,
    Link = link,
    Image = image,
    Div = box,
    Span = words,
    Header = keep_known,
    Code = keep_known,
    CodeBlock = keep_known,
    Math = function() loose = loose + 1 end,
    Figure = function(figure) loose = loose + (is_picture(figure) and -1 or 1) end,
  })
  return loose > 0 and doc:walk(figures_and_equations) or doc
end
